package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.GroupJournal;
import java.nio.file.Path;
import java.time.InstantSource;

/** The journal in one SQLite file: write-ahead log, a flush for every commit. Only one journal may have a file open. */
public final class SqliteJournal {

    private SqliteJournal() {}

    /**
     * Opens or creates a journal file.
     *
     * @throws JournalException when another process (or this one) has it open, a newer Bailey wrote it, or the disk refuses
     */
    public static GroupJournal open(Path file, SqliteJournalSettings settings, InstantSource clock) {
        return GroupJournal.open(SqliteEngine.open(file, settings), settings.bounds(), clock);
    }
}
