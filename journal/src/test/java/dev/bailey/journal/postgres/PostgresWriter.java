package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Child;
import java.time.Clock;

/** The main of a process that writes to a journal in PostgreSQL. */
final class PostgresWriter {

    private PostgresWriter() {}

    static Child start(String schema, int round) {
        return Child.start(PostgresWriter.class, Server.url(), schema, Integer.toString(round));
    }

    public static void main(String[] args) {
        Child.write(
                PostgresJournal.open(
                        PostgresJournalSettings.of(args[0], args[1], "child", Server.OPEN), Clock.systemUTC()),
                args[2]);
    }
}
