package io.troupe.policy.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop} of a {@code for}: where it is. Called, it runs a recursive loop over what it is given. */
final class LoopState implements Callable {

    private final List<@Nullable Object> items;
    private final int depth;
    private final @Nullable Callable recursion;
    private int index;
    private @Nullable List<@Nullable Object> changed;

    LoopState(List<@Nullable Object> items, int depth, @Nullable Callable recursion) {
        this.items = items;
        this.depth = depth;
        this.recursion = recursion;
    }

    void at(int position) {
        index = position;
    }

    int depth() {
        return depth;
    }

    @Override
    public @Nullable Object call(Scope scope, Arguments arguments) {
        if (recursion == null) {
            throw new TemplateException("loop() can only be called in a recursive loop");
        }
        return recursion.call(scope, arguments);
    }

    @Nullable
    Object attribute(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> (long) depth;
            case "depth0" -> depth - 1L;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("the item before the first");
            case "nextitem" ->
                index + 1 < items.size() ? items.get(index + 1) : new Undefined("the item after the last");
            case "cycle" ->
                (Callable) (scope, arguments) -> {
                    if (arguments.positional().isEmpty()) {
                        throw new TemplateException("loop.cycle() needs something to cycle through");
                    }
                    return arguments
                            .positional()
                            .get(index % arguments.positional().size());
                };
            case "changed" -> (Callable) this::hasChanged;
            default -> new Undefined("'" + name + "' of a loop");
        };
    }

    private Object hasChanged(Scope scope, Arguments arguments) {
        boolean same = changed != null && Comparisons.equal(scope.budget(), changed, arguments.positional());
        changed = arguments.positional();
        return !same;
    }
}
