package io.troupe.actors.config;

import com.typesafe.config.ConfigObject;
import java.util.List;
import java.util.Optional;

/**
 * Keys of a configuration that are put over another one later, such as what a variant of a study sets. They are bound, and refused, there; until then they
 * keep the places that they came from. Immutable.
 *
 * @param keys the section, as it stands below {@code troupe}
 */
public record KeySection(ConfigObject keys) {

    /** The first of these keys that is set here, to be refused where it belongs to somebody else. */
    Optional<String> firstSet(List<String> candidates) {
        return candidates.stream()
                .filter(key -> keys.toConfig().hasPathOrNull(key))
                .findFirst();
    }
}
