package dev.bailey.simulation;

import dev.bailey.control.state.Schema;
import dev.bailey.control.state.StateDb;
import dev.bailey.journal.sqlite.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs one seed after another; keeps what is dear to open between them. */
final class Worker implements AutoCloseable {

    private final Path folder;
    private final StateDb state;

    Worker() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "simulation")
                : Files.createTempDirectory("simulation");
        state = StateDb.open(folder.resolve("state.db"), Schema.tables());
    }

    Simulation.Result run(long seed) {
        empty();
        return Simulation.run(seed, SimulatedDisk.inMemory(), state);
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
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
