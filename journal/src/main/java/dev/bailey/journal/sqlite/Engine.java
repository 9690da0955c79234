package dev.bailey.journal.sqlite;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** What keeps the records: tables for the one writer, and questions beside it. Held by one journal until closed. */
interface Engine extends AutoCloseable {

    /** Opens the tables for the writer; it closes them, and opens them anew after a failure. */
    Tables tables() throws SQLException;

    Questions questions();

    /** The thread the journal's writer runs on. */
    ThreadFactory writerThread();

    /** Begins the engine's work beside the writer, which may ask it for a checkpoint between two groups. */
    void start(Consumer<Checkpoint> writer);

    /** Called by the writer after each commit. */
    void committed(List<Operation<?>> group);

    @Override
    void close();
}
