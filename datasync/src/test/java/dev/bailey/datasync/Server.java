package dev.bailey.datasync;

import java.nio.file.Files;
import java.nio.file.Path;

/** The databases a slice's stores may be in. */
public enum Server {
    SQLITE,
    POSTGRESQL,
    MARIADB;

    /** The URL of a fresh, empty database. */
    public String database(Path folder) throws Exception {
        return switch (this) {
            case SQLITE -> "jdbc:sqlite:" + Files.createTempFile(folder, "store", ".db");
            case POSTGRESQL -> Postgres.database();
            case MARIADB -> Maria.database();
        };
    }

    /** A type of text that an index keeps in the order of its bytes. */
    public String text() {
        return switch (this) {
            case SQLITE -> "text";
            case POSTGRESQL -> "text collate \"C\"";
            case MARIADB -> "varchar(40) collate utf8mb4_nopad_bin";
        };
    }

    /** A type of UUIDs that an index keeps in the order of their text. */
    public String uuid() {
        return switch (this) {
            case SQLITE -> "text";
            case POSTGRESQL -> "uuid";
            case MARIADB -> "char(36) character set ascii collate ascii_bin";
        };
    }
}
