package io.troupe.actors.cli;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends the process at once. Signals are only reachable through {@code sun.misc.Signal},
 * which a program can't be compiled against without a warning, hence the reflection.
 */
final class Interrupts {

    private static final int KILLED = 130;

    private static final String SAVING = "troupe: ending; the run is being saved (once more to end at once)";

    private final Runnable drain;
    private final PrintStream err;
    private final String words;
    private final AtomicInteger count = new AtomicInteger();

    private Interrupts(Runnable drain, PrintStream err, String words) {
        this.words = words;
        this.drain = drain;
        this.err = err;
    }

    /** From here on the signals call {@code drain}. */
    static Interrupts handle(Runnable drain, PrintStream err) {
        return handle(drain, err, SAVING);
    }

    /** The same, saying something else at the first. */
    static Interrupts handle(Runnable drain, PrintStream err, String words) {
        var interrupts = new Interrupts(drain, err, words);
        for (String signal : new String[] {"INT", "TERM"}) {
            install(signal, interrupts::onSignal);
        }
        return interrupts;
    }

    /** From here on Ctrl-C, which a terminal sends to a process's children too, does nothing: the parent says what is to be done. */
    static void leaveToParent() {
        install("INT", () -> {});
    }

    /** Whether a signal came. */
    boolean came() {
        return count.get() > 0;
    }

    private void onSignal() {
        if (count.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(KILLED);
        }
        err.println(words);
        drain.run();
    }

    private static void install(String name, Runnable onSignal) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            onSignal.run();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> proxy == arguments[0];
                            default -> "troupe's handler of signals";
                        };
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle the signal " + name, e);
        }
    }
}
