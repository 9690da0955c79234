package dev.bailey.benchmarks.load;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Command;
import dev.bailey.benchmarks.machine.NativeTools;
import dev.bailey.benchmarks.machine.Pinning;
import dev.bailey.benchmarks.machine.Workspace;
import java.util.ArrayList;
import java.util.List;

/** Runs the load generator on its core and waits for its report. */
public final class LoadGenerator {

    private final String program;
    private final String core;

    public LoadGenerator(Workspace workspace) {
        this.program = new NativeTools(workspace).path("load");
        this.core = workspace.loadCore();
    }

    public LoadResult run(int port, LoadPlan plan) {
        List<String> command = command(port, plan);
        String output = Command.output(command);
        LoadResult result = LoadResult.parse(output);
        if (!result.values().containsKey("ok")) {
            throw new BenchFailure("the load generator failed: " + String.join(" ", command) + "\n" + output);
        }
        return result;
    }

    /** The whole command line, for callers that hold its streams themselves. */
    public List<String> command(int port, LoadPlan plan) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(plan.arguments(port));
        return Pinning.to(core, command);
    }
}
