package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.group.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** One schema of a database, with the writer's connection and those for queries. */
final class PostgresEngine implements Engine {

    private final Connections connections;
    private final ReadPool readers;
    private final Backoff backoff;
    private @Nullable Backend writing;

    private PostgresEngine(Connections connections, InstantSource clock) {
        this.connections = connections;
        this.readers = new ReadPool(connections);
        this.backoff = new Backoff(clock);
    }

    static PostgresEngine open(PostgresJournalSettings settings, InstantSource clock) {
        Connections connections = new Connections(settings);
        Migrations.run(connections);
        PostgresEngine engine = new PostgresEngine(connections, clock);
        try (PostgresTables tables = engine.openTables()) {
            if (settings.alone()) {
                tables.recoverKeys();
            }
            return engine;
        } catch (SQLException e) {
            engine.close();
            throw new JournalException("cannot open the " + settings + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Tables tables() throws SQLException {
        return openTables();
    }

    private PostgresTables openTables() throws SQLException {
        PostgresJournalSettings settings = connections.settings();
        return PostgresTables.open(this::connect, settings.fence(), settings.node(), settings.alone());
    }

    /** A connection for the writer, once the one before is known to have ended: what it was told to commit is then done or never will be. */
    private Connection connect() throws SQLException {
        backoff.mayTry();
        try {
            Connection connection = connections.writer();
            try {
                Backend before = writing;
                if (before != null) {
                    before.end(connection);
                } else {
                    Connections.warnOfLooseDisk(connection);
                }
                writing = Backend.of(connection);
                connection.setAutoCommit(false);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            backoff.succeeded();
            return connection;
        } catch (SQLException e) {
            backoff.failed(e);
            throw e;
        }
    }

    @Override
    public Questions questions() {
        return new PostgresQuestions(readers);
    }

    @Override
    public Failure diagnosed(SQLException failure) {
        return PostgresFailure.of(failure);
    }

    @Override
    public ThreadFactory writerThread() {
        return Thread.ofPlatform().daemon().name("journal-writer").factory();
    }

    @Override
    public void start(Runnable askWriter) {}

    @Override
    public void committed(int operations, long bytes) {}

    @Override
    public void close() {
        readers.close();
    }
}
