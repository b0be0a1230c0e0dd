package io.troupe.environments.search;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A small world that exists nowhere else: people, towns, rivers, lakes, companies and books with made-up names, the facts that tie them together, and an
 * article of two or three short sentences about each. A pure function of (seed, articles), immutable, safe for any thread.
 */
final class World {

    static final int MIN_ARTICLES = 200;
    static final int MAX_ARTICLES = 200_000;

    private static final int HUNDRED = 100;

    private final List<Thing> things = new ArrayList<>();
    private final Map<Kind, List<Thing>> byKind = new EnumMap<>(Kind.class);
    private final List<Map<Relation, Thing>> facts = new ArrayList<>();

    private World() {}

    /**
     * Makes a world.
     *
     * @param seed its randomness
     * @param articles about how many things it has
     */
    static World of(long seed, int articles) {
        var world = new World();
        var random = new SplittableRandom(seed);
        var names = new Names(random.split());
        for (Kind kind : Kind.NAMED) {
            List<Thing> all = new ArrayList<>();
            for (int i = 0; i < Math.max(2, (int) ((long) articles * kind.share() / HUNDRED)); i++) {
                Thing thing = names.thing(world.things.size(), kind);
                world.things.add(thing);
                all.add(thing);
            }
            world.byKind.put(kind, all);
        }
        for (Thing thing : world.things) {
            world.facts.add(world.drawFacts(thing, random));
        }
        return world;
    }

    /** All that has an article, in the order of the corpus. */
    List<Thing> things() {
        return List.copyOf(things);
    }

    /** What a thing has, in the order of the relations. */
    Map<Relation, Thing> facts(Thing thing) {
        return facts.get(thing.index());
    }

    /** The articles, in the order of the things. */
    List<Passage> articles() {
        return things.stream().map(this::article).toList();
    }

    /** The article about a thing: its name on the first line, then one sentence a fact. */
    Passage article(Thing thing) {
        var text = new StringBuilder(thing.name()).append('\n');
        String separator = "";
        for (Map.Entry<Relation, Thing> fact : facts(thing).entrySet()) {
            text.append(separator)
                    .append(fact.getKey().sentence(thing.name(), fact.getValue().name()));
            separator = " ";
        }
        return new Passage(Integer.toString(thing.index()), text.toString());
    }

    /**
     * Tries to walk from a thing along facts, never to the same thing twice.
     *
     * @param hops how many facts
     * @param random where to go
     * @return the walk; empty if it ran into a dead end
     */
    Optional<Walk> walk(int hops, SplittableRandom random) {
        Thing at = things.get(random.nextInt(things.size()));
        List<Thing> passed = new ArrayList<>(List.of(at));
        List<Relation> relations = new ArrayList<>();
        for (int hop = 1; hop <= hops; hop++) {
            List<Relation> ways = ways(at, passed, hop == hops);
            if (ways.isEmpty()) {
                return Optional.empty();
            }
            Relation way = ways.get(random.nextInt(ways.size()));
            at = facts(at).get(way);
            relations.add(way);
            passed.add(at);
        }
        return Optional.of(new Walk(passed, relations));
    }

    /** Some other thing of a kind, or another number near a number. */
    Thing otherThan(Thing right, SplittableRandom random) {
        if (right.kind() == Kind.NUMBER) {
            return Thing.number(Integer.parseInt(right.name()) + 1 + random.nextInt(20));
        }
        List<Thing> all = byKind.getOrDefault(right.kind(), List.of());
        Thing other = all.get(random.nextInt(all.size()));
        return other.equals(right) ? all.get((all.indexOf(right) + 1) % all.size()) : other;
    }

    private List<Relation> ways(Thing at, List<Thing> passed, boolean last) {
        List<Relation> ways = new ArrayList<>();
        facts(at).forEach((relation, object) -> {
            boolean named = object.kind() != Kind.NUMBER;
            if ((last || named) && !passed.contains(object)) {
                ways.add(relation);
            }
        });
        return ways;
    }

    private Map<Relation, Thing> drawFacts(Thing thing, SplittableRandom random) {
        Map<Relation, Thing> has = new EnumMap<>(Relation.class);
        for (Relation relation : Relation.values()) {
            if (relation.subject() == thing.kind()) {
                has.put(relation, drawObject(relation, thing, random));
            }
        }
        return has;
    }

    private Thing drawObject(Relation relation, Thing thing, SplittableRandom random) {
        return switch (relation) {
            case BIRTH_YEAR -> Thing.number(1700 + random.nextInt(200));
            case PRINTED -> Thing.number(1800 + random.nextInt(200));
            case DEPTH -> Thing.number(10 + random.nextInt(990));
            default -> {
                List<Thing> all = byKind.getOrDefault(relation.object(), List.of());
                Thing drawn = all.get(random.nextInt(all.size()));
                yield drawn.equals(thing) ? all.get((all.indexOf(drawn) + 1) % all.size()) : drawn;
            }
        };
    }

    /**
     * A walk along facts.
     *
     * @param things where it leads, the start first
     * @param relations the facts between them
     */
    record Walk(List<Thing> things, List<Relation> relations) {
        Walk {
            things = List.copyOf(things);
            relations = List.copyOf(relations);
        }

        Thing start() {
            return things.get(0);
        }

        Thing end() {
            return things.get(things.size() - 1);
        }

        /** Asks for the end, naming only the start. */
        String question() {
            String thing = start().name();
            for (Relation relation : relations.subList(0, relations.size() - 1)) {
                thing = relation.phrase(thing);
            }
            return relations.get(relations.size() - 1).question(thing);
        }
    }
}
