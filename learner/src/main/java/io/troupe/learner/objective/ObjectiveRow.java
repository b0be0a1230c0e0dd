package io.troupe.learner.objective;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table: what is known of it, and the choices in which it differs from GRPO.
 *
 * @param card what is known
 * @param changes configuration keys to values
 */
record ObjectiveRow(ObjectiveCard card, Map<String, @Nullable Object> changes) {

    static Map<String, @Nullable Object> changes(@Nullable Object... keysAndValues) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(map);
    }
}
