package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Child;
import java.nio.file.Path;
import java.time.Clock;

/** The main of a process that writes to a journal file. */
final class SqliteWriter {

    private SqliteWriter() {}

    static Child start(Path file, int round) {
        return Child.start(SqliteWriter.class, file.toString(), Integer.toString(round));
    }

    public static void main(String[] args) {
        Child.write(SqliteJournal.open(Path.of(args[0]), SqliteJournalSettings.defaults(), Clock.systemUTC()), args[1]);
    }
}
