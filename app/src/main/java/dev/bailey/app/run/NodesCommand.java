package dev.bailey.app.run;

import dev.bailey.app.cli.NodesTable;
import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.app.wiring.CrewView;
import dev.bailey.model.spec.MigrationSpec;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and removes the nodes that carry traffic at the same time, asking the shared store itself. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = "The nodes that carry traffic at the same time over a shared store, as the store knows them.")
public final class NodesCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The migration file.")
    private Path file = Path.of("");

    @Option(
            names = "--remove",
            paramLabel = "NAME",
            description =
                    "Your word that the process of this node is gone: it is expelled at once, and slices that may write without the"
                            + " journal owe a reconcile.")
    private String remove = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for --remove.")
    private String reason = "";

    @Override
    public Integer call() {
        MigrationSpec spec = spec();
        if (spec == null) {
            return 1;
        }
        if (!spec.areNodesAllActive()) {
            System.err.println("bailey: no node beside another carries the traffic of " + file
                    + " (expected gateway: { nodes: all } and a shared store)");
            return 1;
        }
        if (!remove.isEmpty()) {
            if (reason.isBlank()) {
                System.err.println("bailey: a node is removed for a reason (expected --reason TEXT)");
                return 1;
            }
            if (!CrewView.remove(spec, remove, reason)) {
                System.err.println("bailey: no node " + remove + " carries traffic");
                return 1;
            }
            System.out.println("node " + remove + " is removed");
        }
        NodesTable.print(CrewView.ask(spec), new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        return 0;
    }

    private @Nullable MigrationSpec spec() {
        return switch (MigrationFile.read(file)) {
            case Read.Invalid invalid -> {
                invalid.problems()
                        .forEach(problem -> System.err.println(problem.render(file.toString(), invalid.text())));
                yield null;
            }
            case Read.Valid valid -> valid.spec();
        };
    }
}
