package dev.bailey.examples.orders.legacy;

import dev.bailey.examples.orders.service.OrderContract;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.ServiceOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the monolith; ends with the process. */
@Command(
        name = "start-legacy",
        mixinStandardHelpOptions = true,
        version = "orders example of bailey 0.1.0",
        description = "The legacy order service.")
public final class LegacyMain implements Callable<Integer> {

    @Mixin
    private ServiceOptions service = new ServiceOptions(8081, "legacy.db");

    @Option(names = "--seed-orders", paramLabel = "N", description = "Fill an empty database with this many orders.")
    private int seedOrders;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "42", description = "Seed of those orders.")
    private long seed;

    public static void main(String[] arguments) {
        ServiceOptions.exit(new CommandLine(new LegacyMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        OrderContract contract = new LegacyContract();
        OrderTables tables = new LegacyTables();
        return service.serve("legacy", contract, tables, seedOrders, seed);
    }
}
