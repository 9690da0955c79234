package dev.bailey.simulation;

import dev.bailey.control.state.Schema;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StoreServer;
import dev.bailey.journal.sqlite.SimulatedDisk;
import java.io.IOException;
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

    Worker() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "simulation")
                : Files.createTempDirectory("simulation");
        state = StateDb.open(folder.resolve("state.db"), Schema.tables());
    }

    /** @param nodes how many there are; 1 for a process that has its store to itself */
    Simulation.Result run(int nodes, long seed) {
        return nodes == 1 ? run(seed) : runAmong(nodes, seed);
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
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
