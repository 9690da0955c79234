package dev.bailey.model.route;

import dev.bailey.model.spec.EntitySource;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a key or a cohort's value comes from, ready to be read.
 *
 * @param lowerCase the name as headers are asked for it
 * @param bytes the name in UTF-8
 */
record ValueSource(EntitySource.Kind kind, String name, String lowerCase, byte[] bytes) {

    static ValueSource of(EntitySource source) {
        return new ValueSource(
                source.kind(),
                source.name(),
                source.name().toLowerCase(Locale.ROOT),
                source.name().getBytes(StandardCharsets.UTF_8));
    }
}
