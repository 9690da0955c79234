package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.RecordFeed;
import dev.bailey.journal.group.GroupJournal;
import java.time.InstantSource;

/**
 * The journal in a schema of a PostgreSQL database, version 11 or newer. Whoever its fence lets pass writes it: one process, or
 * several at the same time, each with a fence of its own, which follow each other by a {@link RecordFeed}.
 */
public final class PostgresJournal {

    private PostgresJournal() {}

    /**
     * Opens or creates a journal. To be called by a process that its fence lets pass: opening decides what became of the claims
     * that an earlier life left under way. A journal that was fenced off is closed, and opened anew by whoever may write again.
     *
     * @throws JournalException when the fence does not let this process pass, a newer Bailey made the tables, or the database
     *     cannot be reached
     */
    public static GroupJournal open(PostgresJournalSettings settings, InstantSource clock) {
        return GroupJournal.open(PostgresEngine.open(settings, clock), settings.bounds(), clock);
    }

    /** What changes in a journal; over a connection of its own, opened when it is first looked at. */
    public static RecordFeed feed(PostgresJournalSettings settings) {
        return new PostgresFeed(new Connections(settings));
    }
}
