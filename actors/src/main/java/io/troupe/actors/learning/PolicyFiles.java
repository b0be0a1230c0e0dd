package io.troupe.actors.learning;

import io.troupe.actors.weights.FileDigests;
import io.troupe.actors.weights.VersionNames;
import io.troupe.learner.Learner;
import io.troupe.policy.Precision;
import io.troupe.policy.TensorShape;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.TensorEntry;
import io.troupe.proto.v1.WeightManifest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** The files of published versions, {@code vNNNNNN.safetensors} in one folder. */
final class PolicyFiles {

    private final Path folder;
    private final Precision precision;

    /**
     * Makes the folder, and empties it of what an earlier incarnation of the run published.
     *
     * @param precision of the numbers in the files
     */
    PolicyFiles(Path folder, Precision precision) throws IOException {
        this.folder = folder;
        this.precision = precision;
        Files.createDirectories(folder);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "v*.safetensors*")) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    Path file(long version) {
        return folder.resolve(String.format(Locale.ROOT, "v%06d.safetensors", version));
    }

    /** Writes the weights that the learner has now. The file has its name only when it is whole. */
    VersionFile write(Learner learner) throws IOException {
        long version = learner.version();
        Path file = file(version);
        Path aside = folder.resolve(file.getFileName() + ".tmp");
        learner.writeWeights(aside, precision);
        Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        FileManifest digests = FileDigests.of(VersionNames.of(version), file);
        WeightManifest.Builder manifest =
                FileDigests.announced(digests).setUri(file.toUri().toString());
        for (TensorShape tensor : learner.tensors()) {
            TensorEntry.Builder entry =
                    TensorEntry.newBuilder().setName(tensor.name()).setType(precision.type());
            for (long extent : tensor.shape()) {
                entry.addShape(extent);
            }
            manifest.addTensors(entry);
        }
        PolicyVersion policy = PolicyVersion.newBuilder()
                .setVersion(version)
                .setWeights(manifest)
                .build();
        return new VersionFile(policy, file, digests);
    }
}
