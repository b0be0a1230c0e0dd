package io.troupe.actors.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a lease is written: the file {@code run.lease}, which its holder replaces at every renewal, and the folder {@code run.lease.takings} beside it, with one
 * file for every time that the lease was taken, named by its number. Whoever makes the file N has taken the lease for the Nth time, and nobody else can have:
 * it is made by the storage's own exclusive creation, which is atomic among machines on NFS since version 3, SMB, CephFS and Lustre, though not on mounts of
 * object stores. They are never deleted, so that no number is given twice.
 *
 * <p>The claim with the highest number counts. A renewal that its writer began before it lost the lease, and that stalled storage performs later, puts an
 * earlier number into {@code run.lease}, and is passed over.
 *
 * <p>Thread-safe; every method may block for as long as the storage does.
 */
class LeaseFile {

    /**
     * What the holder of a lease says of itself.
     *
     * @param holder an id made for one taking of the lease
     * @param owner who that is, for people
     * @param machine the machine
     * @param taking the how many-eth taking of the lease this is, from 1
     * @param renewal counts the renewals
     * @param released whether the holder has let go of it
     */
    record Claim(String holder, String owner, String machine, long taking, long renewal, boolean released) {

        Claim renewed() {
            return new Claim(holder, owner, machine, taking, renewal + 1, false);
        }

        Claim letGo() {
            return new Claim(holder, owner, machine, taking, renewal + 1, true);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Path takings;

    LeaseFile(Path file) {
        this.file = file;
        takings = file.resolveSibling(file.getFileName() + ".takings");
    }

    /** What counts, if the lease was ever taken. */
    Optional<Claim> read() throws IOException {
        Claim written = claim(bytes(file));
        long newest = written == null ? 0 : written.taking();
        while (Files.exists(taking(newest + 1))) {
            newest++;
        }
        boolean current = written == null ? newest == 0 : written.taking() == newest;
        return current ? Optional.ofNullable(written) : Optional.of(beingTaken(newest));
    }

    /**
     * Takes it for the time that the claim says.
     *
     * @return whether it was to be had; if not, another has it for this or a later time
     */
    boolean take(Claim claim) throws IOException {
        Files.createDirectories(takings);
        try {
            Files.write(
                    taking(claim.taking()),
                    JSON.writeValueAsBytes(claim),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** Replaces what {@code run.lease} says, by a claim that was taken. */
    void write(Claim claim) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + "." + claim.holder() + ".tmp");
        Files.write(aside, JSON.writeValueAsBytes(claim));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public String toString() {
        return file.toString();
    }

    /** Whoever took it has not come to write {@code run.lease}, or a late renewal of its predecessor stands there. */
    private Claim beingTaken(long number) throws IOException {
        try {
            Claim claim = claim(bytes(taking(number)));
            if (claim != null) {
                return claim;
            }
        } catch (TornException e) {
            // made, but not yet written, or never: its maker died
        }
        return new Claim("", "a process that takes it over", "", number, 0, false);
    }

    private Path taking(long number) {
        return takings.resolve(Long.toString(number));
    }

    private static byte @Nullable [] bytes(Path from) throws IOException {
        try {
            return Files.readAllBytes(from);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static @Nullable Claim claim(byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            return null;
        }
        JsonNode read;
        try {
            read = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new TornException(e.getOriginalMessage(), e);
        }
        if (!read.path("holder").isTextual()) {
            throw new TornException("it names no holder", null);
        }
        return new Claim(
                read.path("holder").asText(),
                read.path("owner").asText("(unknown)"),
                read.path("machine").asText(),
                read.path("taking").asLong(),
                read.path("renewal").asLong(),
                read.path("released").asBoolean());
    }

    private static final class TornException extends IOException {
        private static final long serialVersionUID = 1;

        TornException(String what, @Nullable Throwable cause) {
            super("what it says is not whole: " + what, cause);
        }
    }
}
