package io.troupe.actors.weights;

import io.troupe.actors.weights.WeightTransferException.Kind;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.HoldsFile;
import io.troupe.proto.v1.ListFiles;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.WeightManifest;
import io.troupe.proto.v1.WeightReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a policy's files and versions from weight servers into a folder of this node.
 *
 * <p>A version is believed by what its announcement says of it, whoever sends the bytes: each chunk is verified when it arrives, and the file gets its
 * name when all are there, so that a torn file never has it. What a broken transfer has brought is verified and kept; the next one goes on behind it, from
 * the same source or another. All sources are tried, in turn, with a growing pause between the rounds; a source that is busy names others. A version
 * older than the newest one here is refused; one that skips some is fetched at once. Where a source has the delta from the newest version here, that is
 * fetched instead, applied, and the result held to the same digests; if anything is wrong with it, the whole file follows.
 *
 * <p>With a server of its own, the node serves on what it has fetched, and tells the source so.
 *
 * <p>Thread-safe; one fetch at a time, others wait. Blocks: never call it on an actor's thread. An interrupt ends it.
 */
public final class WeightFetcher implements AutoCloseable {

    private static final Duration WATCH_EVERY = Duration.ofMillis(100);

    private final Path folder;
    private final FetchSettings settings;
    private final @Nullable SSLContext tls;
    private final @Nullable WeightServer own;
    private final FetchObserver observer;
    private final LongSupplier nanoTime;
    private final IdleWatch watch;
    private final Rounds rounds;
    private final KeptVersions kept;
    private final VersionFetch versions;
    private RunStamp stamp;

    /**
     * A fetcher.
     *
     * @param folder where versions are kept; this fetcher's alone. What an earlier process left there is used as far as it fits
     * @param stamp the run and epoch that it works for
     * @param tls with it, both ends show certificates that the other's trust manager accepts; null for none
     * @param own serves on what was fetched; null for nobody. Stays the caller's
     * @param nanoTime a monotonic clock
     */
    public WeightFetcher(
            Path folder,
            FetchSettings settings,
            RunStamp stamp,
            @Nullable SSLContext tls,
            @Nullable WeightServer own,
            FetchObserver observer,
            LongSupplier nanoTime) {
        this.folder = folder;
        this.settings = settings;
        this.stamp = stamp;
        this.tls = tls;
        this.own = own;
        this.observer = observer;
        this.nanoTime = nanoTime;
        watch = new IdleWatch("weight-fetcher-watch", WATCH_EVERY, nanoTime);
        rounds = new Rounds(settings, observer);
        kept = new KeptVersions(folder, settings.keptVersions(), own);
        versions = new VersionFetch(settings, observer, kept, own, nanoTime);
    }

    /** From now on it works for this stamp. In a new epoch versions begin anew, so that any may come; files that fit are still used. */
    public synchronized void belongTo(RunStamp newStamp) {
        if (!stamp.equals(newStamp)) {
            stamp = newStamp;
            kept.forget();
        }
    }

    /** From now on any version may come, also an older one: the run evaluates it. Files that fit are still used. */
    public synchronized void rewind() {
        kept.forget();
    }

    /**
     * Fetches a version, if it is not here already.
     *
     * @param policy as announced, with its sources and the digests of its chunks
     * @throws WeightTransferException if no source gave it, or it is older than what is here; the message has every source's reason
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    public synchronized Fetched fetch(PolicyVersion policy) throws WeightTransferException, InterruptedException {
        long version = policy.getVersion();
        requireInOrder(version);
        WeightManifest weights = policy.getWeights();
        Fetched known = kept.get(version);
        if (known != null && known.manifest().getSha256().equals(weights.getSha256())) {
            return known;
        }
        requireDigests(policy);
        long start = nanoTime.getAsLong();
        Path target = target(policy);
        Fetched fetched = onDisk(policy, target, start);
        MappedFile pages = null;
        if (fetched == null) {
            VersionFetch.Brought brought =
                    rounds.run(VersionNames.of(version), sources(policy), source -> from(source, policy, target));
            pages = brought.pages();
            fetched = new Fetched(
                    target, brought.manifest(), brought.received(), brought.resumedAt(), brought.delta(), since(start));
        }
        if (own != null) {
            own.serve(fetched.manifest(), fetched.file());
        }
        keep(version, fetched, pages);
        return fetched;
    }

    /**
     * Says that nobody reads the files of versions up to one any more. Once such a file makes place for a newer version its space is written over by a later
     * one instead of being given back, which makes transfers several times faster. Without this call, files are only ever deleted.
     *
     * @param version the last that is not needed: older than what is being sampled with
     */
    public synchronized void release(long version) {
        kept.release(version);
    }

    /**
     * Fetches all files that servers serve under a folder's name, such as the policy that a run starts from.
     *
     * @param name such as "policy"
     * @param target the directory to make; files in it that fit are not fetched again
     * @throws WeightTransferException if no source gave all of them
     */
    public synchronized void fetchFolder(String name, List<Endpoint> sources, Path target)
            throws WeightTransferException, InterruptedException {
        rounds.run(name, sources, source -> {
            try (Call call = call(source)) {
                ListFiles list = ListFiles.newBuilder().setFolder(name).build();
                List<FileManifest> files = call.ask(call.request().setList(list).build(), WeightReply.AnswerCase.LIST)
                        .getList()
                        .getFilesList();
                for (FileManifest file : files) {
                    fetchInto(call, name, file, target);
                }
                return target;
            }
        });
    }

    /** The newest version that is here; −1 if there is none. */
    public synchronized long newest() {
        return kept.newest();
    }

    /** Ends a fetch that goes on by cutting its connection. Files stay. */
    @Override
    public void close() {
        watch.close();
    }

    private VersionFetch.Brought from(Endpoint source, PolicyVersion policy, Path target) throws IOException {
        try (Call call = call(source)) {
            VersionFetch.Brought brought = versions.from(call, policy, target);
            tellHolding(call, brought.manifest());
            return brought;
        }
    }

    private void tellHolding(Call call, FileManifest manifest) {
        if (own == null) {
            return;
        }
        own.serve(manifest, kept.target(manifest));
        HoldsFile holds = HoldsFile.newBuilder()
                .setName(manifest.getName())
                .setSha256(manifest.getSha256())
                .build();
        try {
            call.ask(call.request().setHolds(holds).build(), WeightReply.AnswerCase.NOTED);
        } catch (IOException e) {
            observer.noted("could not tell " + call.to() + " that " + manifest.getName() + " is served here too: "
                    + e.getMessage());
        }
    }

    private void fetchInto(Call call, String folderName, FileManifest listed, Path directory) throws IOException {
        String prefix = folderName + "/";
        Path file = directory
                .resolve(listed.getName()
                        .substring(Math.min(prefix.length(), listed.getName().length())))
                .normalize();
        if (!listed.getName().startsWith(prefix)
                || !file.startsWith(directory.normalize())
                || file.equals(directory.normalize())) {
            throw new WeightTransferException(
                    Kind.CORRUPT,
                    call.to() + " lists a file outside of " + folderName + ": '" + listed.getName() + "'");
        }
        if (Files.isRegularFile(file)
                && Files.size(file) == listed.getSize()
                && FileDigests.of("", file).getSha256().equals(listed.getSha256())) {
            return;
        }
        FileManifest manifest = VersionFetch.describe(call, listed.getName(), listed.getSha256());
        new Download(manifest, file, settings, observer, nanoTime).from(call);
    }

    private Call call(Endpoint source) throws IOException {
        return Call.open(source, tls, watch, settings, stamp, own == null ? null : own.address(), nanoTime);
    }

    /** What an earlier process of this node has fetched, if it is whole. */
    private @Nullable Fetched onDisk(PolicyVersion policy, Path target, long start) throws WeightTransferException {
        WeightManifest weights = policy.getWeights();
        try {
            if (!Files.isRegularFile(target) || Files.size(target) != weights.getSize()) {
                return null;
            }
            FileManifest found = FileDigests.of(VersionNames.of(policy.getVersion()), target, weights.getChunkBytes());
            return found.getSha256().equals(weights.getSha256())
                    ? new Fetched(target, found, 0, found.getSize(), false, since(start))
                    : null;
        } catch (IOException e) {
            throw new WeightTransferException(Kind.DISK, "cannot read " + target + ": " + e.getMessage(), e);
        }
    }

    private void requireInOrder(long version) throws WeightTransferException {
        if (version < newest()) {
            throw new WeightTransferException(
                    Kind.OUT_OF_ORDER, "version " + version + " is older than version " + newest() + ", which is here");
        }
    }

    private static void requireDigests(PolicyVersion policy) throws WeightTransferException {
        WeightManifest weights = policy.getWeights();
        boolean digests = weights.getSha256().length() == 2 * FileDigests.DIGEST_BYTES
                && weights.getChunksSha256().length() == 2 * FileDigests.DIGEST_BYTES;
        if (!digests || weights.getChunkBytes() < 1 || weights.getSize() < 0) {
            throw new WeightTransferException(
                    Kind.FOREIGN,
                    "the announcement of version " + policy.getVersion()
                            + " does not say how its bytes are checked; run the same"
                            + " version of Troupe on all nodes");
        }
    }

    /** Who is said to have a version; this node itself is no source of what it has not. */
    private List<Endpoint> sources(PolicyVersion policy) throws WeightTransferException {
        try {
            return policy.getWeights().getSourcesList().stream()
                    .map(Endpoint::parse)
                    .filter(source -> own == null || !source.equals(own.address()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new WeightTransferException(
                    Kind.FOREIGN,
                    "the announcement of version " + policy.getVersion() + " names a source: " + e.getMessage(),
                    e);
        }
    }

    private Path target(PolicyVersion policy) {
        return kept.target(policy.getVersion(), policy.getWeights().getSha256());
    }

    private void keep(long version, Fetched fetched, @Nullable MappedFile pages) throws WeightTransferException {
        try {
            kept.add(version, fetched, pages);
        } catch (IOException e) {
            throw new WeightTransferException(Kind.DISK, "cannot tidy " + folder + ": " + e, e);
        }
    }

    private Duration since(long start) {
        return Duration.ofNanos(nanoTime.getAsLong() - start);
    }
}
