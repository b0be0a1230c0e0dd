package io.troupe.environments.search;

import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Message;
import io.troupe.verifier.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Shows how questions about the generated world are answered: look up what the question names, read off the fact, look up what it names, and so on. A hasty one
 * names something of the right kind and never looks. Safe for any thread.
 */
final class SearchDemonstration implements Demonstrator {

    private final WorldQuestions questions;
    private final Retriever retriever;
    private final SearchOptions options;

    SearchDemonstration(WorldQuestions questions, Retriever retriever, SearchOptions options) {
        this.questions = questions;
        this.retriever = retriever;
        this.options = options;
    }

    @Override
    public List<Message> demonstrate(Task task, Quality quality, SplittableRandom random) {
        World.Walk walk = questions.walk(task.split(), task.seed(), task.index(), task.level());
        if (!task.gold().equals(Golds.write(walk.end().spellings()))) {
            throw new IllegalArgumentException(
                    "task " + task.id() + " is not the one that " + Search.ID + " makes for it");
        }
        return switch (quality) {
            case SOUND -> sound(task, walk);
            case HASTY -> {
                Thing guess = questions.world().otherThan(walk.end(), random);
                yield List.of(Message.assistant(answer("I guess.", guess)));
            }
        };
    }

    private List<Message> sound(Task task, World.Walk walk) {
        if (walk.relations().size() > options.maxSearches()) {
            throw new IllegalArgumentException("task " + task.id() + " needs "
                    + walk.relations().size() + " searches, but max-searches is " + options.maxSearches());
        }
        List<Message> messages = new ArrayList<>();
        String thought = "I look up " + walk.start().name() + ".";
        for (int hop = 0; hop < walk.relations().size(); hop++) {
            Thing at = walk.things().get(hop);
            Thing next = walk.things().get(hop + 1);
            messages.add(Message.assistant("<think>" + thought + "</think>\n<search> " + at.name() + " </search>"));
            String found = SearchEnvironment.search(retriever, options.topK(), options.maxObservation(), at.name());
            messages.add(Message.tool(SearchEnvironment.observation(found)));
            thought = walk.relations().get(hop).sentence(at.name(), next.name());
        }
        messages.add(Message.assistant(answer(thought, walk.end())));
        return messages;
    }

    private static String answer(String thought, Thing thing) {
        return "<think>" + thought + "</think>\n<answer> " + thing.name() + " </answer>";
    }
}
