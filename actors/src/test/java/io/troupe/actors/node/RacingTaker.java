package io.troupe.actors.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that takes leases which others take at the same moment, for {@link ContestedLeaseTest}. */
final class RacingTaker {

    private RacingTaker() {}

    /**
     * Says that it is ready, waits for the file {@code go}, takes what is free, and says what it got, a line each.
     *
     * @param args the folder in which the leases are, and how many
     */
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        List<LeaseFile> leases = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            Path folder = home.resolve("race-" + i);
            Files.createDirectories(folder);
            leases.add(RunFolder.lease(folder));
        }
        System.out.println("ready");
        while (!Files.exists(home.resolve("go"))) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < leases.size(); i++) {
            try {
                RunLease.take(
                        leases.get(i), Vacancy.NEVER_TAKEN, "here", Duration.ofHours(1), System::nanoTime, lost -> {});
                System.out.println(i);
            } catch (RunLease.LostException e) {
                // another has it
            }
        }
        System.exit(0); // the leases are not let go of
    }
}
