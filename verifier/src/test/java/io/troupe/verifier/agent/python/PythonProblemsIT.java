package io.troupe.verifier.agent.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Options;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyConformance;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.isolation.Sandbox;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.opentest4j.TestAbortedException;

/** The Python tool with a real interpreter in a real sandbox. Its demonstrations hold every program against the answer that Java worked out. */
class PythonProblemsIT extends TaskFamilyConformance {

    private static final PythonProblems FAMILY = new PythonProblems();

    @BeforeContainer
    static void needsASandbox() {
        Sandbox.Detection detection = Sandbox.detect();
        if (detection.sandbox().isEmpty()) {
            throw new TestAbortedException(detection.reason());
        }
    }

    @Override
    protected TaskFamily family() {
        return FAMILY;
    }

    @Override
    protected String content(Task task) {
        return task.prompt().get(1).content();
    }

    @Override
    protected int sample() {
        return 12; // each is played in a process
    }

    private static Task task() {
        return FAMILY.task(Split.TRAIN, 1, 0, 1);
    }

    /** What the policy sees of one program. */
    private static String run(String program) {
        try (Environment environment = FAMILY.open()) {
            environment.reset(task(), 1);
            StepResult result = environment.step("I compute.\n<python>" + program + "</python>");
            List<Message> observation = ((StepResult.Continue) result).observation();
            assertThat(observation).hasSize(1);
            assertThat(observation.get(0).role()).isEqualTo(Message.TOOL);
            String text = observation.get(0).content();
            assertThat(text).startsWith("<result>\n").endsWith("\n</result>");
            return text.substring("<result>\n".length(), text.length() - "\n</result>".length());
        }
    }

    @Example
    void showsWhatAProgramPrints() {
        assertThat(run("import math\nprint(math.factorial(20))\nprint('é')")).isEqualTo("2432902008176640000\né");
        assertThat(run("x = 1")).startsWith("(no output");
    }

    @Example
    void showsTheEndOfAnError() {
        assertThat(run("print(1)\nprint(1 / 0)"))
                .startsWith("1\nerror: ")
                .endsWith("ZeroDivisionError: division by zero");
        assertThat(run("def f(:")).startsWith("error: ").endsWith("SyntaxError: invalid syntax");
        assertThat(run("import sys; sys.exit(3)")).isEqualTo("error: exit code 3");
        assertThat(run("def f(): return f()\nf()")).contains("RecursionError");
        assertThat(run("input()")).contains("EOFError");
    }

    @Example
    void cutsTheEndOfALongOutput() {
        assertThat(run("print('x' * 1500)")).isEqualTo("x".repeat(1000) + "\n[cut: 500 more characters]");
        assertThat(run("while True: print('flood')"))
                .startsWith("flood\n")
                .contains("[cut: ")
                .endsWith("printed too much");
    }

    @Example
    void stopsEveryAttackAndGoesOn() {
        attack("while True: pass", "error: stopped after "); // 2 s of computing, or 6 s where others compute too
        attack("import time; time.sleep(1000)", "stopped after 6 s");
        attack("x = bytearray(10 ** 9)", "MemoryError");
        attack("x = [0]\nwhile True: x = x + x", "MemoryError");
        attack("import os\nwhile True: os.fork()", "Resource temporarily unavailable");
        attack("import threading\nthreading.Thread(target=print).start()", "can't start new thread");
        attack("open('/etc/shadow').read()", "No such file or directory");
        attack("import os; print(os.listdir(os.path.expanduser('/home')))", "No such file or directory");
        attack("open('/usr/lib/planted', 'w')", "Read-only file system");
        attack("open('/tmp/big', 'wb').write(b'x' * (1 << 25))", "error");
        attack("import socket; socket.create_connection(('1.1.1.1', 53), 1)", "Network is unreachable");
        attack("import os; os.kill(1, 9); os.kill(-1, 9)", "");
        attack("import ctypes; ctypes.string_at(0)", "error");
        attack("import sys; sys.stdout.close(); sys.stderr.close(); 1 / 0", "error");
    }

    private static void attack(String program, String seen) {
        long start = System.nanoTime();
        assertThat(run(program)).as(program).contains(seen);
        long attacked = System.nanoTime();
        assertThat(run("print(6 * 7)")).isEqualTo("42");
        long served = (System.nanoTime() - attacked) / 1_000_000;
        System.out.printf(
                "%-75s %5d ms, next served in %4d ms%n",
                program.replace('\n', ';'), Duration.ofNanos(attacked - start).toMillis(), served);
        assertThat(served).isLessThan(1000);
    }

    @Example
    void countsCallsAndErrorsBesideTheReward() {
        Task task = task();
        try (Environment environment = FAMILY.open()) {
            environment.reset(task, 1);
            environment.step("<python>1 / 0</python>");
            environment.step("<python>print(1)</python>");
            environment.step("<python>print(1)");
            Verdict verdict = ((StepResult.Done) environment.step("<answer>" + task.gold() + "</answer>")).verdict();
            assertThat(verdict.outcome()).isEqualTo(Outcome.CORRECT);
            assertThat(verdict.reward()).isEqualTo(1);
            assertThat(verdict.metrics())
                    .containsExactly(new RewardComponent("tool_calls", 3), new RewardComponent("tool_errors", 2));
        }
    }

    @Example
    void endsAnEpisodeThatCallsTooOften() {
        var options = Options.bind(PythonOptions.class, "{\"calls\": 1}");
        try (Environment environment = FAMILY.configured(options).open()) {
            environment.reset(task(), 1);
            assertThat(environment.step("<python>print(1)</python>")).isInstanceOf(StepResult.Continue.class);
            Verdict verdict = ((StepResult.Done) environment.step("<python>print(1)</python>")).verdict();
            assertThat(verdict.outcome()).isEqualTo(Outcome.NO_ANSWER);
            assertThat(verdict.rule()).isEqualTo("no <answer> after 1 calls");
        }
    }

    @Example
    void saysWhichInterpreterIsMissing() {
        assertThatThrownBy(() -> FAMILY.configuredFrom("{\"interpreter\": \"python-of-the-moon\"}"))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("there is no python-of-the-moon on the PATH");
        assertThatThrownBy(() -> FAMILY.configuredFrom("{\"memory-mib\": 1}"))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("memory-mib = 1: expected at least 32");
    }
}
