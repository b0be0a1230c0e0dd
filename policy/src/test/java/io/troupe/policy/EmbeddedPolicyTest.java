package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPolicyTest {

    /** sha256sum of "hello". */
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir
    Path cache;

    private final Map<String, byte[]> files = new HashMap<>(Map.of(
            EmbeddedPolicy.SUMS,
            bytes(HELLO + "  config.json\n" + HELLO + " *model.safetensors\n"),
            "config.json",
            bytes("hello"),
            "model.safetensors",
            bytes("hello")));

    @Test
    void isUnpackedOnceAndFoundAgain() throws IOException {
        Path directory = EmbeddedPolicy.unpack(cache, files::get);

        assertThat(directory).isDirectoryContaining("glob:**/config.json").hasParent(cache);
        files.keySet().removeIf(name -> !name.equals(EmbeddedPolicy.SUMS));
        assertThat(EmbeddedPolicy.unpack(cache, files::get)).isEqualTo(directory);
        try (var left = Files.list(directory)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void aFileThatWasChangedOrRemovedIsPutRight() throws IOException {
        Path directory = EmbeddedPolicy.unpack(cache, files::get);
        Files.writeString(directory.resolve("config.json"), "hell");
        Files.delete(directory.resolve("model.safetensors"));

        EmbeddedPolicy.unpack(cache, files::get);

        assertThat(directory.resolve("config.json")).hasContent("hello");
        assertThat(directory.resolve("model.safetensors")).hasContent("hello");
    }

    @Test
    void aDamagedBuildIsNamedByItsFile() {
        files.put("config.json", bytes("jello"));
        assertThatThrownBy(() -> EmbeddedPolicy.unpack(cache, files::get))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("config.json has another digest");

        files.remove("config.json");
        assertThatThrownBy(() -> EmbeddedPolicy.unpack(cache, files::get))
                .hasMessageContaining("config.json is missing");

        files.clear();
        assertThatThrownBy(() -> EmbeddedPolicy.unpack(cache, files::get))
                .hasMessageContaining("no policy inside — give one with policy.path");
    }

    @Test
    void aCacheThatCannotBeMadeSaysWhereAnotherIsNamed() throws IOException {
        Path file = Files.writeString(cache.resolve("file"), "");

        assertThatThrownBy(() -> EmbeddedPolicy.unpack(file, files::get))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("TROUPE_CACHE");
    }

    @Test
    void theCacheFollowsTheEnvironment() {
        assertThat(EmbeddedPolicy.cache(Map.of("TROUPE_CACHE", "/a", "XDG_CACHE_HOME", "/b")))
                .isEqualTo(Path.of("/a"));
        assertThat(EmbeddedPolicy.cache(Map.of("XDG_CACHE_HOME", "/b"))).isEqualTo(Path.of("/b", "troupe"));
        assertThat(EmbeddedPolicy.cache(Map.of())).endsWithRaw(Path.of(".cache", "troupe"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
