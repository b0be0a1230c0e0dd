package io.troupe.environments.search;

import io.troupe.environments.jsonl.QuestionFile;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.GroupRubric;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Options;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Questions that are answered by searching, in Search-R1's protocol (arXiv 2503.09516). Without options: a generated world of short articles and questions of one
 * to four hops about it, searched by BM25. With options: a corpus of one's own, or any server that speaks {@code /retrieve}. The index is made when the first
 * environment opens. Safe for any thread.
 */
public final class Search implements TaskFamily {

    static final String ID = "agent/search";

    /** What is made once and shared by all environments. */
    private static final class Shared {
        private final SearchOptions options;
        private @Nullable Questions questions;
        private @Nullable Retriever retriever;

        Shared(SearchOptions options) {
            this.options = options;
        }

        synchronized Questions questions() {
            if (questions == null) {
                String file = options.questions();
                questions = file == null
                        ? new WorldQuestions(World.of(options.worldSeed(), options.articles()))
                        : new FileQuestions(QuestionFile.read(Path.of(file), ID));
            }
            return questions;
        }

        synchronized Retriever retriever() {
            if (retriever == null) {
                retriever = makeRetriever();
            }
            return retriever;
        }

        private Retriever makeRetriever() {
            String url = options.url();
            if (url != null) {
                return new HttpRetriever(address(url), Duration.ofMillis((long) (options.timeoutSeconds() * 1_000)));
            }
            String corpus = options.corpus();
            if (corpus != null) {
                String index = options.index();
                return CorpusFile.index(
                        Path.of(corpus), index == null ? null : Path.of(index), options.k1(), options.b());
            }
            var world = ((WorldQuestions) questions()).world();
            return LuceneRetriever.of(world.articles(), options.k1(), options.b());
        }
    }

    private final SearchOptions options;
    private final Shared shared;

    /** The family over the generated world; found by the service loader. */
    public Search() {
        this(Options.bind(SearchOptions.class, ""));
    }

    private Search(SearchOptions options) {
        this.options = options;
        this.shared = new Shared(options);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "questions of one to four hops, answered with a search tool over articles";
    }

    @Override
    public Levels levels() {
        return options.questions() == null ? WorldQuestions.LEVELS : FileQuestions.LEVELS;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return SearchOptions.class;
    }

    /** This family with options; files of questions are read and an address is checked at once, so that a mistake shows before training starts. */
    @Override
    public TaskFamily configured(Record given) {
        var wanted = (SearchOptions) given;
        var family = new Search(wanted);
        if (wanted.questions() != null) {
            family.shared.questions();
        }
        String url = wanted.url();
        if (url != null) {
            address(url);
        }
        String corpus = wanted.corpus();
        if (corpus != null && !Path.of(corpus).toFile().isFile()) {
            throw new OptionsException(
                    "corpus: there is no file " + Path.of(corpus).toAbsolutePath());
        }
        return family;
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        QuestionFile.Question question = shared.questions().draw(split, seed, index, level);
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                options.prompt().ask(question.text()),
                Golds.write(question.golds()));
    }

    @Override
    public Environment open() {
        return new SearchEnvironment(shared.retriever(), options);
    }

    @Override
    public Optional<GroupRubric> groupRubric() {
        return SearchRubric.of(options).groupRubric();
    }

    /** Only the generated world can be demonstrated: of other questions nobody here knows where the answer stands. */
    @Override
    public Optional<Demonstrator> demonstrator() {
        return shared.options.questions() == null && shared.questions() instanceof WorldQuestions world
                ? Optional.of(new SearchDemonstration(world, new Deferred(shared), options))
                : Optional.empty();
    }

    private static URI address(String url) {
        try {
            URI address = URI.create(url);
            if (address.getHost() == null
                    || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
                throw new OptionsException("url must be http://HOST:PORT/retrieve, not " + url);
            }
            String path = address.getPath();
            return path == null || path.isEmpty() || path.equals("/") ? address.resolve("/retrieve") : address;
        } catch (IllegalArgumentException e) {
            if (e instanceof OptionsException) {
                throw e;
            }
            throw new OptionsException("url is no address: " + url, e);
        }
    }

    /** The retriever, made when it is first asked. */
    private record Deferred(Shared shared) implements Retriever {
        @Override
        public List<Hit> retrieve(String query, int topK) {
            return shared.retriever().retrieve(query, topK);
        }
    }
}
