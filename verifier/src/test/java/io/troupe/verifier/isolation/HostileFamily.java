package io.troupe.verifier.isolation;

import io.troupe.proto.v1.EnvironmentReply;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.GroupRubric;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A plug-in that does what it is told to, however bad. It is put into a jar of its own by the tests and never runs in their JVM.
 */
public final class HostileFamily implements TaskFamily {

    static final String ID = "test/hostile";

    record Settings(
            @OptionDefault("go on") String greeting,
            @OptionDefault("0") int trouble) {
        Settings {
            if (trouble < 0) {
                throw new IllegalArgumentException("expected 0 or more");
            }
        }
    }

    private final Settings settings;

    /** The family; found by the service loader. */
    public HostileFamily() {
        this(new Settings("go on", 0));
    }

    private HostileFamily(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "does what it is told to";
    }

    @Override
    public Levels levels() {
        return new Levels(1, 2, 1, "2: worse");
    }

    @Override
    public Class<? extends Record> optionsType() {
        return Settings.class;
    }

    @Override
    public TaskFamily configured(Record options) {
        if (((Settings) options).trouble() == 13) {
            throw new OptionsException("options.trouble: 13 brings bad luck");
        }
        return new HostileFamily((Settings) options);
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        levels().require(level);
        if (index == 666) {
            new Attacks().loop();
        }
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(Message.user(settings.greeting())),
                "gold");
    }

    @Override
    public Environment open() {
        return new Obedient();
    }

    @Override
    public Optional<GroupRubric> groupRubric() {
        return Optional.of((task, members) ->
                members.stream().map(member -> verdict("of " + members.size())).toList());
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        return Optional.of((task, quality, random) -> List.of(Message.assistant(quality + " " + random.nextInt(10))));
    }

    private static Verdict verdict(String rule) {
        return Verdict.of(Outcome.CORRECT, List.of(new RewardComponent("answer", 1)), "right", rule);
    }

    private static final class Obedient implements Environment {
        private boolean open;

        @Override
        public List<Message> reset(Task task, long seed) {
            open = true;
            return task.prompt();
        }

        @Override
        public StepResult step(String action) {
            if (!open) {
                throw new IllegalStateException("no episode is open");
            }
            if (action.equals("right")) {
                open = false;
                return new StepResult.Done(verdict("as told"));
            }
            return new StepResult.Continue(List.of(Message.user(new Attacks().run(action))));
        }

        @Override
        public Verdict truncated(String reason) {
            return Verdict.of(Outcome.NO_ANSWER, List.of(), null, reason);
        }

        @Override
        public void close() {
            open = false;
        }
    }

    /** What bad code does. */
    static final class Attacks {
        private final List<Object> held = new ArrayList<>();

        String run(String attack) {
            try {
                switch (attack) {
                    case "loop" -> loop();
                    case "sleep" -> Thread.sleep(Long.MAX_VALUE);
                    case "spin in many threads" -> spin(4);
                    case "spin behind the scenes" -> {
                        new Thread(this::loop).start();
                        return "nothing to see";
                    }
                    case "exit" -> System.exit(0);
                    case "halt" -> Runtime.getRuntime().halt(7);
                    case "heap" -> fill();
                    case "native memory" -> direct();
                    case "recursion" -> held.add(recurse(0));
                    case "huge answer" -> {
                        return "a".repeat(8_000_000);
                    }
                    case "print" -> {
                        for (int i = 0; i < 100; i++) {
                            System.out.println("chatter " + i);
                        }
                        return "printed";
                    }
                    case "flood stdout" -> flood(new FileOutputStream(FileDescriptor.out));
                    case "flood stderr" -> flood(new FileOutputStream(FileDescriptor.err));
                    case "print without end" -> {
                        while (true) {
                            System.out.println("chatter");
                        }
                    }
                    case "answer another's question" -> new FileOutputStream(FileDescriptor.out).write(unasked());
                    case "close stdout" -> {
                        new FileOutputStream(FileDescriptor.out).close();
                        loop();
                    }
                    case "close stdin" -> new FileInputStream(FileDescriptor.in).close();
                    case "fork" -> shell("while :; do sleep 300 & done").waitFor();
                    case "leave orphans" -> {
                        shell("(setsid sleep 301 &) ; (setsid sleep 301 &)").waitFor();
                        loop();
                    }
                    case "threads" -> threads();
                    case "throw" -> throw new IllegalStateException("as told");
                    case "throw an error" -> throw new AssertionError("as told");
                    default -> {
                        return "you said " + attack;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "survived " + attack;
        }

        private static byte[] unasked() {
            byte[] body = EnvironmentReply.newBuilder().setId(4711).build().toByteArray();
            return java.nio.ByteBuffer.allocate(4 + body.length)
                    .putInt(body.length)
                    .put(body)
                    .array();
        }

        @SuppressWarnings("InfiniteLoopStatement")
        void loop() {
            while (true) {
                held.clear();
            }
        }

        private void spin(int threads) {
            for (int i = 0; i < threads; i++) {
                new Thread(() -> new Attacks().loop()).start();
            }
            loop();
        }

        @SuppressWarnings("InfiniteLoopStatement")
        private void fill() {
            while (true) {
                held.add(new byte[1 << 20]);
            }
        }

        private void direct() {
            while (held.size() < 1_000_000) {
                held.add(java.nio.ByteBuffer.allocateDirect(1 << 20).put(0, (byte) 1));
            }
        }

        private long recurse(long depth) {
            return depth < 0 ? depth : recurse(depth + 1) + 1;
        }

        @SuppressWarnings("InfiniteLoopStatement")
        private static void flood(OutputStream out) throws IOException {
            byte[] noise = "noise noise noise noise".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            while (true) {
                out.write(noise);
            }
        }

        private static Process shell(String script) throws IOException {
            return new ProcessBuilder("sh", "-c", script)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        private void threads() throws InterruptedException {
            while (true) {
                Thread thread = new Thread(() -> {
                    try {
                        Thread.sleep(Long.MAX_VALUE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                thread.setDaemon(true);
                thread.start();
                held.add(thread);
                Thread.sleep(0, 100_000);
            }
        }
    }
}
