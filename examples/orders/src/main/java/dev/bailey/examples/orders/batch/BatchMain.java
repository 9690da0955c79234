package dev.bailey.examples.orders.batch;

import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.ServiceOptions;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the nightly job once. Its last line of output is {@code ids} and every id it touched. */
@Command(
        name = "run-batch",
        mixinStandardHelpOptions = true,
        version = "orders example of bailey 0.1.0",
        description = "The nightly job: writes to legacy's database directly.")
public final class BatchMain implements Callable<Integer> {

    @Option(names = "--db", paramLabel = "FILE", defaultValue = "legacy.db", description = "Legacy's SQLite file.")
    private String file = "legacy.db";

    @Option(names = "--jdbc", paramLabel = "URL", description = "Use this database instead: jdbc:postgresql://…")
    private @Nullable String jdbc;

    @Option(names = "--count", paramLabel = "N", defaultValue = "40", description = "How many orders it touches.")
    private int count;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "7", description = "Seed of its choices.")
    private long seed;

    public static void main(String[] arguments) {
        ServiceOptions.exit(new CommandLine(new BatchMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        OrderTables tables = new LegacyTables();
        try (Database database = Database.open(jdbc == null ? "jdbc:sqlite:" + file : jdbc, tables)) {
            NightlyBatch.Touched done = NightlyBatch.run(database, tables, count, seed);
            ServiceOptions.say("touched %d orders (%d changed, %d inserted, %d deleted), %d rows%n"
                    .formatted(done.touched().size(), done.changed(), done.inserted(), done.deleted(), done.rows()));
            ServiceOptions.say(
                    "ids " + done.touched().stream().map(String::valueOf).collect(Collectors.joining(" "))
                            + System.lineSeparator());
            return 0;
        }
    }
}
