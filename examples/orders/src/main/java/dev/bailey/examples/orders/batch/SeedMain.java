package dev.bailey.examples.orders.batch;

import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.SampleOrders;
import dev.bailey.examples.orders.service.ServiceOptions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills an empty legacy database. */
@Command(
        name = "seed",
        mixinStandardHelpOptions = true,
        version = "orders example of bailey 0.1.0",
        description = "Fills an empty legacy database with orders.")
public final class SeedMain implements Callable<Integer> {

    @Option(names = "--db", paramLabel = "FILE", defaultValue = "legacy.db", description = "Legacy's SQLite file.")
    private String file = "legacy.db";

    @Option(names = "--jdbc", paramLabel = "URL", description = "Use this database instead: jdbc:postgresql://…")
    private @Nullable String jdbc;

    @Option(names = "--orders", paramLabel = "N", defaultValue = "10000", description = "How many orders.")
    private int orders;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "42",
            description = "The same seed gives the same orders.")
    private long seed;

    public static void main(String[] arguments) {
        ServiceOptions.exit(new CommandLine(new SeedMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        OrderTables tables = new LegacyTables();
        try (Database database = Database.open(jdbc == null ? "jdbc:sqlite:" + file : jdbc, tables)) {
            int written = SampleOrders.seed(database, tables, orders, seed);
            ServiceOptions.say(
                    written == 0
                            ? "nothing written: the database has orders already (expected an empty one)\n"
                            : "wrote " + written + " orders\n");
            return written == 0 && orders > 0 ? 1 : 0;
        }
    }
}
