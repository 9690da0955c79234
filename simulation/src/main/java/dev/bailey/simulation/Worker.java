package dev.bailey.simulation;

import dev.bailey.control.state.Schema;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StoreServer;
import dev.bailey.journal.sqlite.SimulatedDisk;
import dev.bailey.journal.sqlite.UnsafeJournal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs one seed after another; keeps what is dear to open between them. */
final class Worker implements AutoCloseable {

    private final Path folder;
    private final StateDb state;
    private @Nullable StoreServer server;
    private @Nullable Path blank;

    Worker() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "simulation")
                : Files.createTempDirectory("simulation");
        state = StateDb.open(folder.resolve("state.db"), Schema.tables());
    }

    /** Where its worlds have their files. */
    Path folder() {
        return folder;
    }

    /** @param nodes how many there are; 1 for a process that has its store to itself, {@link Seeds#JOURNAL} for a journal alone */
    Simulation.Result run(int nodes, long seed) {
        return switch (nodes) {
            case Seeds.JOURNAL -> runJournal(seed);
            case 1 -> run(seed);
            default -> runAmong(nodes, seed);
        };
    }

    /** An embedded journal alone, over a disk that loses what is not flushed. */
    private Simulation.Result runJournal(long seed) {
        Path laidOut = blank;
        if (laidOut == null) {
            laidOut = UnsafeJournal.blank(folder);
            blank = laidOut;
        }
        try {
            Path own = Files.createDirectory(folder.resolve("seed" + seed));
            try {
                return JournalRun.run(seed, own, laidOut);
            } finally {
                remove(own);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path all) throws IOException {
        try (Stream<Path> files = Files.walk(all)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    Simulation.Result run(long seed) {
        empty();
        return Simulation.run(seed, SimulatedDisk.inMemory(), state);
    }

    /** A world of several nodes. */
    private Simulation.Result runAmong(int nodes, long seed) {
        StoreServer shared = server;
        if (shared == null) {
            shared = StoreServer.open(folder.resolve("shared.db"));
            server = shared;
        }
        return Simulation.run(seed, new Crewing(nodes, shared));
    }

    /** The same, with the journal in a file of SQLite. */
    Simulation.Result runOnSqlite(long seed) {
        empty();
        Path file = folder.resolve("journal-" + seed + ".db");
        return Simulation.run(seed, SimulatedDisk.inSqlite(file), state);
    }

    private void empty() {
        state.write(connection -> {
            try (Statement statement = connection.createStatement()) {
                for (String table : List.of("slice_state", "transition", "pending", "debt")) {
                    statement.executeUpdate("delete from " + table);
                }
            }
            return 0;
        });
    }

    @Override
    public void close() throws IOException {
        state.close();
        if (server != null) {
            server.close();
        }
        remove(folder);
    }
}
