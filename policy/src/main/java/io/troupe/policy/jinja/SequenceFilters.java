package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The filters of lists, dictionaries and what else can be iterated. */
final class SequenceFilters {

    private SequenceFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("first", (scope, value, arguments) -> end(scope, value, true));
        filters.put("last", (scope, value, arguments) -> end(scope, value, false));
        filters.put("list", (scope, value, arguments) -> copy(scope, value));
        filters.put("reverse", SequenceFilters::reverse);
        filters.put("join", SequenceFilters::join);
        filters.put("map", SequenceFilters::map);
        filters.put("select", (scope, value, arguments) -> choose(scope, value, arguments, false, true));
        filters.put("reject", (scope, value, arguments) -> choose(scope, value, arguments, false, false));
        filters.put("selectattr", (scope, value, arguments) -> choose(scope, value, arguments, true, true));
        filters.put("rejectattr", (scope, value, arguments) -> choose(scope, value, arguments, true, false));
        filters.put("sort", SequenceFilters::sort);
        filters.put("dictsort", SequenceFilters::sortedEntries);
        filters.put("unique", SequenceFilters::unique);
        filters.put("min", (scope, value, arguments) -> extreme(scope, value, arguments, -1));
        filters.put("max", (scope, value, arguments) -> extreme(scope, value, arguments, 1));
        filters.put("sum", SequenceFilters::sum);
        filters.put("batch", SequenceFilters::batch);
        filters.put("groupby", SequenceFilters::groups);
    }

    private static List<@Nullable Object> copy(Scope scope, @Nullable Object value) {
        List<@Nullable Object> items = Values.iterate(scope.budget(), value);
        scope.budget().elements(items.size());
        return new ArrayList<>(items);
    }

    private static @Nullable Object end(Scope scope, @Nullable Object value, boolean first) {
        List<@Nullable Object> items = Values.iterate(scope.budget(), value);
        if (items.isEmpty()) {
            return new Undefined("the " + (first ? "first" : "last") + " of nothing");
        }
        return items.get(first ? 0 : items.size() - 1);
    }

    private static Object reverse(Scope scope, @Nullable Object value, Arguments arguments) {
        if (value instanceof String text) {
            return Slices.slice(scope.budget(), text, null, null, -1L);
        }
        List<@Nullable Object> items = copy(scope, value);
        Collections.reverse(items);
        return new Sequences.Generated(items);
    }

    private static Object join(Scope scope, @Nullable Object value, Arguments arguments) {
        String separator = Printed.text(scope.budget(), arguments.get(0, "d", ""));
        Object attribute = arguments.get(1, "attribute", null);
        List<@Nullable Object> items = Values.iterate(scope.budget(), value);
        if (attribute != null) {
            items = copy(scope, value);
            items.replaceAll(item -> path(scope, item, attribute));
        }
        return TextParts.join(scope.budget(), separator, items, false);
    }

    /** An attribute by a name with dots, as the filters take it. */
    static @Nullable Object path(Scope scope, @Nullable Object item, @Nullable Object attribute) {
        if (!(attribute instanceof String names)) {
            return Attributes.item(scope.budget(), item, attribute);
        }
        Object value = item;
        scope.budget().spend(1);
        for (int start = 0; start <= names.length(); ) {
            int dot = names.indexOf('.', start);
            int end = dot < 0 ? names.length() : dot;
            String name = names.substring(start, end);
            start = end + 1;
            boolean index =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            value = Attributes.item(scope.budget(), value, index ? (Object) Long.parseLong(name) : name);
        }
        return value;
    }

    private static Object map(Scope scope, @Nullable Object value, Arguments arguments) {
        List<@Nullable Object> items = copy(scope, value);
        if (arguments.named().containsKey("attribute")) {
            Object attribute = arguments.named().get("attribute");
            boolean hasDefault = arguments.named().containsKey("default");
            items.replaceAll(item -> {
                Object found = path(scope, item, attribute);
                return found instanceof Undefined && hasDefault
                        ? arguments.named().get("default")
                        : found;
            });
            return new Sequences.Generated(items);
        }
        String name = arguments.text(0, "filter");
        Filter filter = Filters.find(name);
        if (filter == null) {
            throw new TemplateException("there is no filter '" + name + "'");
        }
        Arguments rest = arguments.rest();
        scope.budget().enter();
        items.replaceAll(item -> filter.apply(scope, item, rest));
        scope.budget().leave();
        return new Sequences.Generated(items);
    }

    private static Object choose(
            Scope scope, @Nullable Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        Object attribute = byAttribute ? arguments.require(0, "attribute") : null;
        Arguments rest = byAttribute ? arguments.rest() : arguments;
        Predicate<@Nullable Object> holds = Values::isTrue;
        if (!rest.positional().isEmpty()) {
            String name = rest.text(0, "test");
            Test test = Tests.find(name);
            if (test == null) {
                throw new TemplateException("there is no test '" + name + "'");
            }
            Arguments given = rest.rest();
            holds = item -> test.holds(scope.budget(), item, given);
        }
        var chosen = new ArrayList<@Nullable Object>();
        for (Object item : copy(scope, value)) {
            if (holds.test(byAttribute ? path(scope, item, attribute) : item) == wanted) {
                chosen.add(item);
            }
        }
        return new Sequences.Generated(chosen);
    }

    private static Comparator<@Nullable Object> order(Scope scope, boolean caseSensitive) {
        return (one, other) -> Comparisons.compare(
                scope.budget(), folded(scope, one, caseSensitive), folded(scope, other, caseSensitive));
    }

    private static @Nullable Object folded(Scope scope, @Nullable Object value, boolean caseSensitive) {
        scope.budget().read(value);
        return value instanceof String text && !caseSensitive ? Cases.lower(text) : value;
    }

    private static Object sort(Scope scope, @Nullable Object value, Arguments arguments) {
        List<@Nullable Object> items = copy(scope, value);
        Object attribute = arguments.get(2, "attribute", null);
        Comparator<@Nullable Object> order = order(scope, arguments.truth(1, "case_sensitive", false));
        Comparator<@Nullable Object> chosen = attribute == null
                ? order
                : (one, other) -> order.compare(path(scope, one, attribute), path(scope, other, attribute));
        items.sort(arguments.truth(0, "reverse", false) ? chosen.reversed() : chosen);
        return items;
    }

    private static Object sortedEntries(Scope scope, @Nullable Object value, Arguments arguments) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new TemplateException("dictsort takes a dictionary, not " + Values.type(value));
        }
        long by = arguments.text(1, "by", "key").equals("value") ? 1 : 0;
        Comparator<@Nullable Object> order = order(scope, arguments.truth(0, "case_sensitive", false));
        Comparator<@Nullable Object> chosen = (one, other) ->
                order.compare(Attributes.item(scope.budget(), one, by), Attributes.item(scope.budget(), other, by));
        List<@Nullable Object> items = CollectionMethods.items(scope.budget(), map);
        items.sort(arguments.truth(2, "reverse", false) ? chosen.reversed() : chosen);
        return items;
    }

    private static Object unique(Scope scope, @Nullable Object value, Arguments arguments) {
        boolean caseSensitive = arguments.truth(0, "case_sensitive", false);
        Object attribute = arguments.get(1, "attribute", null);
        Set<@Nullable Object> seen = new LinkedHashSet<>();
        var items = new ArrayList<@Nullable Object>();
        for (Object item : copy(scope, value)) {
            Object key = attribute == null ? item : path(scope, item, attribute);
            if (seen.add(Values.key(scope.budget(), folded(scope, key, caseSensitive)))) {
                items.add(item);
            }
        }
        return new Sequences.Generated(items);
    }

    private static @Nullable Object extreme(Scope scope, @Nullable Object value, Arguments arguments, int sign) {
        Comparator<@Nullable Object> order = order(scope, arguments.truth(0, "case_sensitive", false));
        Object attribute = arguments.get(1, "attribute", null);
        Object best = new Undefined("the greatest or least of nothing");
        for (Object item : copy(scope, value)) {
            boolean better = best instanceof Undefined
                    || order.compare(
                                            attribute == null ? item : path(scope, item, attribute),
                                            attribute == null ? best : path(scope, best, attribute))
                                    * sign
                            > 0;
            best = better ? item : best;
        }
        return best;
    }

    private static @Nullable Object sum(Scope scope, @Nullable Object value, Arguments arguments) {
        Object attribute = arguments.get(0, "attribute", null);
        Object sum = arguments.get(1, "start", 0L);
        for (Object item : copy(scope, value)) {
            sum = Operators.apply(scope, "+", sum, attribute == null ? item : path(scope, item, attribute));
        }
        return sum;
    }

    private static Object batch(Scope scope, @Nullable Object value, Arguments arguments) {
        long size = arguments.integer(0, "linecount", 1);
        if (size < 1) {
            throw new TemplateException("batch needs a size of at least 1, not " + size);
        }
        Object filling = arguments.get(1, "fill_with", null);
        var batches = new ArrayList<@Nullable Object>();
        var batch = new ArrayList<@Nullable Object>();
        for (Object item : copy(scope, value)) {
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            for (long i = batch.size(); filling != null && i < scope.budget().elements(size); i++) {
                batch.add(filling);
            }
            batches.add(batch);
        }
        return new Sequences.Generated(batches);
    }

    private static Object groups(Scope scope, @Nullable Object value, Arguments arguments) {
        Object attribute = arguments.require(0, "attribute");
        Comparator<@Nullable Object> order = order(scope, arguments.truth(2, "case_sensitive", false));
        List<@Nullable Object> items = copy(scope, value);
        items.sort((one, other) -> order.compare(path(scope, one, attribute), path(scope, other, attribute)));
        var groups = new ArrayList<@Nullable Object>();
        Object current = null;
        List<@Nullable Object> group = new ArrayList<>();
        for (Object item : items) {
            Object key = path(scope, item, attribute);
            if (groups.isEmpty() || order.compare(key, current) != 0) {
                group = new ArrayList<>();
                groups.add(CollectionMethods.pair(key, group));
                current = key;
            }
            group.add(item);
        }
        return groups;
    }
}
