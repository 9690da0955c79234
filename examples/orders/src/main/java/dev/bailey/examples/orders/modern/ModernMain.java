package dev.bailey.examples.orders.modern;

import dev.bailey.examples.orders.service.ServiceOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts the replacement; ends with the process. */
@Command(
        name = "start-modern",
        mixinStandardHelpOptions = true,
        version = "orders example of bailey 0.1.0",
        description = "The modern order service.")
public final class ModernMain implements Callable<Integer> {

    @Mixin
    private ServiceOptions service = new ServiceOptions(8082, "modern.db");

    public static void main(String[] arguments) {
        ServiceOptions.exit(new CommandLine(new ModernMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        return service.serve("modern", new ModernContract(), new ModernTables(), 0, 0);
    }
}
