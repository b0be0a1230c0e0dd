package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of lists and dictionaries that read; those that write are refused by name, as transformers' sandbox refuses them. */
final class CollectionMethods {

    private static final Set<String> WRITING_LIST =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
    private static final Set<String> WRITING_MAP = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private CollectionMethods() {}

    static @Nullable Callable find(Map<?, ?> map, String name) {
        if (WRITING_MAP.contains(name)) {
            return refused(name);
        }
        return switch (name) {
            case "get" ->
                (scope, arguments) -> {
                    Object key = Values.key(scope.budget(), arguments.require(0, "key"));
                    return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
                };
            case "items" -> (scope, arguments) -> items(scope.budget(), map);
            case "keys" -> (scope, arguments) -> Values.iterate(scope.budget(), map);
            case "values" ->
                (scope, arguments) -> {
                    scope.budget().elements(map.size());
                    return new ArrayList<@Nullable Object>(map.values());
                };
            case "copy" -> (scope, arguments) -> map;
            default -> null;
        };
    }

    static List<@Nullable Object> items(Budget budget, Map<?, ?> map) {
        budget.elements(map.size());
        var items = new ArrayList<@Nullable Object>();
        map.forEach((key, value) -> items.add(pair(key, value)));
        return items;
    }

    static Sequences.Tuple pair(@Nullable Object first, @Nullable Object second) {
        var pair = new ArrayList<@Nullable Object>(2);
        pair.add(first);
        pair.add(second);
        return new Sequences.Tuple(pair);
    }

    static @Nullable Callable find(List<?> list, String name) {
        if (WRITING_LIST.contains(name) && !(list instanceof Sequences.Tuple)) {
            return refused(name);
        }
        return switch (name) {
            case "index" ->
                (scope, arguments) -> {
                    Object wanted = arguments.require(0, "value");
                    for (int i = 0; i < list.size(); i++) {
                        if (Comparisons.equal(scope.budget(), list.get(i), wanted)) {
                            return (long) i;
                        }
                    }
                    throw new TemplateException("a list has no such element to find the index of");
                };
            case "count" ->
                (scope, arguments) -> {
                    Object wanted = arguments.require(0, "value");
                    return list.stream()
                            .filter(item -> Comparisons.equal(scope.budget(), item, wanted))
                            .count();
                };
            case "copy" -> (scope, arguments) -> list;
            default -> null;
        };
    }

    private static Callable refused(String name) {
        return (scope, arguments) -> {
            throw new TemplateException("a template cannot change what it is given: " + name + "() is refused");
        };
    }
}
