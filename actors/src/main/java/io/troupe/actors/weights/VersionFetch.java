package io.troupe.actors.weights;

import io.troupe.actors.weights.WeightTransferException.Kind;
import io.troupe.proto.v1.DescribeDelta;
import io.troupe.proto.v1.DescribeFile;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.WeightManifest;
import io.troupe.proto.v1.WeightReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one version over a call: by a delta from the version that is here, if the other end has one that is smaller, else whole. What is wrong with a delta
 * is said, and the whole file follows.
 */
final class VersionFetch {

    private final FetchSettings settings;
    private final FetchObserver observer;
    private final KeptVersions kept;
    private final @Nullable WeightServer own;
    private final LongSupplier nanoTime;

    /** @param own serves on the deltas that were fetched; null for nobody */
    VersionFetch(
            FetchSettings settings,
            FetchObserver observer,
            KeptVersions kept,
            @Nullable WeightServer own,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.observer = observer;
        this.kept = kept;
        this.own = own;
        this.nanoTime = nanoTime;
    }

    /**
     * What came.
     *
     * @param manifest the file's
     * @param received bytes from the network
     * @param resumedAt where an earlier transfer had come to
     * @param delta whether by a delta
     * @param pages its pages in memory, if it was written into such
     */
    record Brought(
            FileManifest manifest,
            long received,
            long resumedAt,
            boolean delta,
            @Nullable MappedFile pages) {}

    /**
     * Fetches a version.
     *
     * @param target where it is to be
     */
    Brought from(Call call, PolicyVersion policy, Path target) throws IOException {
        FileManifest manifest = announced(call, policy);
        long wasted = 0;
        Fetched base = kept.base();
        if (settings.deltas() && base != null && !Files.exists(Download.partial(target))) {
            Delta delta = delta(call, base, manifest);
            if (delta != null) {
                if (applied(call, delta, base, manifest, target)) {
                    return new Brought(manifest, delta.received(), 0, true, null);
                }
                wasted = delta.received();
            }
        }
        Download.Result result = new Download(manifest, target, settings, observer, nanoTime)
                .from(call, check(call, policy, manifest), kept.takeSpare(manifest.getSize()));
        return new Brought(manifest, wasted + result.received(), result.resumedAt(), false, result.pages());
    }

    /** The manifest of a file that a server has, held against itself. */
    static FileManifest describe(Call call, String name, String sha256) throws IOException {
        DescribeFile wanted =
                DescribeFile.newBuilder().setName(name).setSha256(sha256).build();
        FileManifest manifest = call.ask(call.request().setDescribe(wanted).build(), WeightReply.AnswerCase.DESCRIBED)
                .getDescribed();
        String fault = FileDigests.fault(manifest);
        if (!fault.isEmpty()
                || !manifest.getName().equals(name)
                || !manifest.getSha256().equals(sha256)) {
            throw new WeightTransferException(
                    Kind.CORRUPT,
                    call.to() + " describes " + name + " in a way that cannot be: "
                            + (fault.isEmpty() ? "it is another file" : fault));
        }
        return manifest;
    }

    private static FileManifest announced(Call call, PolicyVersion policy) throws IOException {
        WeightManifest weights = policy.getWeights();
        FileManifest manifest = describe(call, VersionNames.of(policy.getVersion()), weights.getSha256());
        boolean checksumsFit = weights.getChunksCrc32CSha256().isEmpty()
                || FileDigests.checksumsRoot(manifest).equals(weights.getChunksCrc32CSha256());
        if (manifest.getSize() != weights.getSize()
                || manifest.getChunkBytes() != weights.getChunkBytes()
                || !FileDigests.root(manifest).equals(weights.getChunksSha256())
                || !checksumsFit) {
            throw new WeightTransferException(
                    Kind.CORRUPT, call.to() + " describes " + manifest.getName() + " otherwise than its announcement");
        }
        return manifest;
    }

    private ChunkCheck check(Call call, PolicyVersion policy, FileManifest manifest) {
        WeightManifest weights = policy.getWeights();
        boolean checksums = settings.verification() == Verification.CHECKSUMS_FROM_ORIGIN
                && !weights.getChunksCrc32CSha256().isEmpty()
                && call.to().toString().equals(weights.getOrigin());
        return checksums ? ChunkCheck.byChecksums(manifest) : ChunkCheck.byDigests(manifest);
    }

    private record Delta(FileManifest manifest, Path file, long received) {}

    /** Fetches the delta; null, with the reason told, if there is none. */
    private @Nullable Delta delta(Call call, Fetched base, FileManifest manifest) throws IOException {
        DescribeDelta wanted = DescribeDelta.newBuilder()
                .setFromSha256(base.manifest().getSha256())
                .setTo(manifest.getName())
                .setToSha256(manifest.getSha256())
                .build();
        FileManifest delta;
        try {
            delta = call.ask(call.request().setDelta(wanted).build(), WeightReply.AnswerCase.DESCRIBED)
                    .getDescribed();
        } catch (Call.RefusedException e) {
            noted(manifest, base, String.valueOf(e.getMessage()));
            return null;
        }
        String fault = FileDigests.fault(delta);
        if (!fault.isEmpty()
                || delta.getSize() >= manifest.getSize()
                || delta.getName().isEmpty()) {
            noted(
                    manifest,
                    base,
                    call.to() + " describes a delta that cannot be"
                            + (fault.isEmpty() ? ": it has " + delta.getSize() + " bytes" : ": " + fault));
            return null;
        }
        Path file = kept.target(manifest)
                .resolveSibling(kept.target(manifest).getFileName() + ".from-"
                        + base.manifest().getSha256());
        try {
            Download.Result result = new Download(delta, file, settings, observer, nanoTime).from(call);
            return new Delta(delta, file, result.received());
        } catch (Call.RefusedException e) {
            noted(manifest, base, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private boolean applied(Call call, Delta delta, Fetched base, FileManifest manifest, Path target)
            throws IOException {
        Path made = Download.partial(target);
        String baseSha256 = base.manifest().getSha256();
        try {
            KeptVersions.Spare spare = kept.takeSpare(manifest.getSize());
            if (spare != null) {
                Files.move(spare.file(), made, StandardCopyOption.ATOMIC_MOVE);
            }
            DeltaReader.apply(base.file(), baseSha256, delta.file(), manifest, made);
            Files.move(made, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (DeltaException e) {
            noted(manifest, base, "the delta of " + call.to() + " cannot be used: " + e.getMessage());
            Files.deleteIfExists(delta.file());
            return false;
        } catch (IOException e) {
            throw new WeightTransferException(
                    Kind.DISK, "cannot make " + target + " from " + base.file() + ": " + e.getMessage(), e);
        }
        if (own == null) {
            Files.deleteIfExists(delta.file());
        } else {
            Path served = target.resolveSibling("delta-" + delta.file().getFileName());
            Files.move(delta.file(), served, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            own.serveDelta(baseSha256, manifest.getSha256(), delta.manifest(), served);
        }
        return true;
    }

    private void noted(FileManifest manifest, Fetched base, String why) {
        observer.noted("no delta from " + base.manifest().getName() + " to " + manifest.getName()
                + ", fetching it whole: " + why);
    }
}
