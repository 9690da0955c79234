package dev.bailey.simulation;

import dev.bailey.control.state.Schema;
import dev.bailey.control.state.StateDb;
import dev.bailey.journal.sqlite.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;

/** Runs one seed after another; keeps what is dear to open between them. */
final class Worker implements AutoCloseable {

    private final Path folder;
    private final StateDb state;

    Worker() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory) ? Files.createTempDirectory(memory, "simulation") : Files.createTempDirectory("simulation");
        state = StateDb.open(folder.resolve("state.db"), Schema.tables());
        state.write(connection -> {
            return 0;
        });
    }

    Simulation.Result run(long seed) throws IOException {
        empty();
        try (SimulatedDisk disk = SimulatedDisk.inMemory()) {
            return Simulation.run(seed, disk, state);
        }
    }

    Simulation.Result runOnSqlite(long seed) throws IOException {
        empty();
        Path file = folder.resolve("journal-" + seed + ".db");
        try (SimulatedDisk disk = SimulatedDisk.inSqlite(file)) {
            return Simulation.run(seed, disk, state);
        }
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
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
