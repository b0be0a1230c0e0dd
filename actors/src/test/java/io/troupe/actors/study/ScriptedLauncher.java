package io.troupe.actors.study;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** Stands in for the child processes: writes the files of a run that ended well, unless told otherwise. */
final class ScriptedLauncher implements CellLauncher {

    final List<String> calls = new ArrayList<>();
    private final Map<String, Deque<String>> failures = new HashMap<>();
    private int untilStop = Integer.MAX_VALUE;
    private boolean stopped;

    /** The cell's next attempts fail for these reasons. */
    ScriptedLauncher failing(String cell, String... reasons) {
        failures.put(cell, new ArrayDeque<>(List.of(reasons)));
        return this;
    }

    /** As if Ctrl-C were pressed in the middle of the n-th run. */
    ScriptedLauncher stoppedIn(int run) {
        untilStop = run;
        return this;
    }

    @Override
    public synchronized Ending run(Cell cell, boolean resume, LongConsumer onUpdate) throws IOException {
        calls.add(cell.name() + (resume ? " resumed" : ""));
        Files.writeString(cell.folder().resolve("run.id"), "id\n1\n");
        if (--untilStop == 0) {
            stopped = true;
        }
        if (stopped) {
            return new Ending(Ending.Kind.STOPPED, "");
        }
        Deque<String> reasons = failures.getOrDefault(cell.name(), new ArrayDeque<>());
        if (!reasons.isEmpty()) {
            return new Ending(Ending.Kind.FAILED, reasons.poll());
        }
        onUpdate.accept(1);
        complete(cell);
        return new Ending(Ending.Kind.DONE, "");
    }

    @Override
    public synchronized void stop() {
        stopped = true;
    }

    static void complete(Cell cell) throws IOException {
        Files.writeString(cell.folder().resolve("metrics.jsonl"), """
                {"kind":"event","name":"start"}
                {"kind":"step","step":1,"reward":0.1,"success":0.25,"families":{"math/arithmetic":{"success":0.25}},"grad_norm":"NaN","entropy":0.123456789,"seconds":1.5,"tokens_sampled":1000,"gradient_share_by_decile":[1,0,0,0,0,0,0,0,0,0],"tokens_by_decile":[1,0,0,0,0,0,0,0,0,3]}
                {"kind":"step","step":2,"reward":0.9,"success":0.5,"families":{"math/arithmetic":{"success":0.5}},"grad_norm":0.5}
                {"kind":"step","step":2,"reward":0.2,"success":0.75,"families":{"math/arithmetic":{"success":0.75}},"grad_norm":0.25}
                {"kind":"st""");
        Files.writeString(cell.folder().resolve("summary.json"), """
                {"ending":"STEPS","families":{"math/arithmetic":{"before":0.25,"after":0.%d5}},"steps":2,"seconds":12.3456789,
                 "tokens_sampled":2000,"tokens_trained":1900,"groups_discarded":{"stale":3},"policy_digest":"ab12"}
                """.formatted(cell.seed()));
    }
}
