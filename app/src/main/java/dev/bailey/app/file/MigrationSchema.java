package dev.bailey.app.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The JSON Schema (draft 2020-12) of the migration file, as it lies in the jar. */
public final class MigrationSchema {

    private MigrationSchema() {}

    public static String text() {
        try (InputStream in = MigrationSchema.class.getResourceAsStream("/bailey.schema.json")) {
            if (in == null) {
                throw new IllegalStateException(
                        "bailey.schema.json is not on the class path (expected it in the app's jar)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
