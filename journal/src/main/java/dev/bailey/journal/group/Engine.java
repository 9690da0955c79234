package dev.bailey.journal.group;

import java.sql.SQLException;
import java.util.concurrent.ThreadFactory;

/** What keeps the records: tables for the one writer, and questions beside it. Held by one journal until closed. */
public interface Engine extends AutoCloseable {

    /** Opens the tables for the writer; it closes them, and opens them anew after a failure. */
    Tables tables() throws SQLException;

    Questions questions();

    /** What a failure of the tables means. */
    Failure diagnosed(SQLException failure);

    /** The thread the journal's writer runs on. */
    ThreadFactory writerThread();

    /** Begins the engine's work beside the writer; whenever it asks, the writer calls {@link Tables#upkeep} between two groups. */
    void start(Runnable askWriter);

    /** Called by the writer after each commit, with the bytes of its operations as they were estimated. */
    void committed(int operations, long bytes);

    @Override
    void close();
}
