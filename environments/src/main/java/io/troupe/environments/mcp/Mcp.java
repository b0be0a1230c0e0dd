package io.troupe.environments.mcp;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.environments.jsonl.QuestionFile;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyException;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.tool.ToolEnvironment;
import io.troupe.verifier.tool.ToolLimits;
import io.troupe.verifier.tool.ToolSpec;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Questions from a file, answered with the tools of a server that speaks the Model Context Protocol. The server is started when the first episode opens; one
 * that dies fails the episodes that wait for it, and the next starts it again. Safe for any thread.
 */
public final class Mcp implements TaskFamily {

    static final String ID = "agent/mcp";

    private static final Levels LEVELS = new Levels(1, 1, 1, "the questions of the file, all on one level");
    private static final long TURN_FUEL = 1_000_000;

    /** What a configured family has. */
    private record Parts(QuestionFile questions, McpServers servers, Grader grader, long budget) {}

    private final @Nullable Parts parts;

    /** The family without options, which has no tasks yet; found by the service loader. */
    public Mcp() {
        this(null);
    }

    private Mcp(@Nullable Parts parts) {
        this.parts = parts;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "questions of your own, answered with the tools of any MCP server";
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return McpOptions.class;
    }

    @Override
    public TaskFamily configured(Record given) {
        var options = (McpOptions) given;
        options.requireComplete();
        requireAddress(options.url());
        GraderProvider provider = provider(options.grader());
        return new Mcp(new Parts(
                QuestionFile.read(Path.of(String.valueOf(options.questions())), ID),
                new McpServers(options),
                grader(provider, options.profile()),
                provider.budget()));
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        LEVELS.require(level);
        Parts with = parts();
        QuestionFile.Question question = with.questions().draw(split, seed, index, level);
        List<String> golds = question.golds();
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(Message.system(with.servers().options().instruction()), Message.user(question.text())),
                golds.size() == 1
                        ? golds.get(0)
                        : JsonMapper.builder().build().valueToTree(golds).toString());
    }

    @Override
    public Environment open() {
        Parts with = parts();
        McpOptions options = with.servers().options();
        return new ToolEnvironment(
                new ToolEnvironment.Settings(
                        ID,
                        options.toolFormat().calls(),
                        options.maxTurns(),
                        options.maxCalls(),
                        new ToolLimits(options.timeout(), options.maxOutput(), ToolLimits.Cut.END),
                        TURN_FUEL),
                new McpToolbox(with.servers()),
                (task, tools) -> opening(options, task, tools),
                (task, answer, fuel) -> judge(with, task, answer),
                ToolEnvironment.rewardingTheAnswer());
    }

    private static List<Message> opening(McpOptions options, Task task, List<ToolSpec> tools) {
        Message instruction = task.prompt().get(0);
        String described = options.toolFormat().calls().describe(tools);
        return List.of(
                Message.system(
                        described.isEmpty() ? instruction.content() : instruction.content() + "\n\n" + described),
                task.prompt().get(1));
    }

    private static Verdict judge(Parts with, Task task, @Nullable String answer) {
        String text = answer == null ? "" : "<answer>" + answer + "</answer>";
        return with.grader().judge(task.gold(), text, with.budget());
    }

    private Parts parts() {
        if (parts == null) {
            throw new OptionsException("agent/mcp has no tasks without options: give it command or url, and questions");
        }
        return parts;
    }

    private static GraderProvider provider(String id) {
        try {
            return Graders.load().get(id);
        } catch (TaskFamilyException e) {
            throw new OptionsException("grader: " + e.getMessage(), e);
        }
    }

    private static Grader grader(GraderProvider provider, @Nullable String profile) {
        try {
            return provider.grader(profile == null ? provider.profiles().get(0) : profile);
        } catch (IllegalArgumentException e) {
            throw new OptionsException("profile: " + e.getMessage(), e);
        }
    }

    private static void requireAddress(@Nullable String url) {
        if (url == null) {
            return;
        }
        try {
            URI address = URI.create(url);
            if (address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new OptionsException("url is no address: " + url, e);
        }
        throw new OptionsException("url must be http://HOST:PORT/mcp, not " + url);
    }
}
