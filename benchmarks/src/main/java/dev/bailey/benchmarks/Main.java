package dev.bailey.benchmarks;

import dev.bailey.benchmarks.bound.BodiesCommand;
import dev.bailey.benchmarks.bound.DecisionCommand;
import dev.bailey.benchmarks.bound.IdleCommand;
import dev.bailey.benchmarks.bound.OverloadCommand;
import dev.bailey.benchmarks.bound.ShadowCommand;
import dev.bailey.benchmarks.bound.SoakCommand;
import dev.bailey.benchmarks.bound.StartCommand;
import dev.bailey.benchmarks.fuzz.FuzzCommand;
import dev.bailey.benchmarks.gateway.GatewayCommand;
import dev.bailey.benchmarks.journal.JournalCommand;
import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.move.BackfillCommand;
import dev.bailey.benchmarks.nodes.NodesCommand;
import dev.bailey.benchmarks.reconcile.ReconcileCommand;
import dev.bailey.benchmarks.writes.WritesCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of the benchmarks. Exit codes: 0 kept, 1 not kept or failed, 2 wrong usage. */
@Command(
        name = "bailey-bench",
        description = "Measures Bailey on this machine: beside its peers, and against the bounds it promises.",
        mixinStandardHelpOptions = true)
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Main());
        commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        commands.addSubcommand(new GatewayCommand());
        commands.addSubcommand(new DecisionCommand());
        commands.addSubcommand(new StartCommand());
        commands.addSubcommand(new IdleCommand());
        commands.addSubcommand(new BodiesCommand());
        commands.addSubcommand(new ShadowCommand());
        commands.addSubcommand(new OverloadCommand());
        commands.addSubcommand(new SoakCommand());
        commands.addSubcommand(new JournalCommand());
        commands.addSubcommand(new WritesCommand());
        commands.addSubcommand(new NodesCommand());
        commands.addSubcommand(new BackfillCommand());
        commands.addSubcommand(new ReconcileCommand());
        commands.addSubcommand(new FuzzCommand());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (!(failure instanceof BenchFailure)) {
                failure.printStackTrace(command.getErr());
            }
            command.getErr().println("bailey-bench: " + failure.getMessage());
            return 1;
        });
        System.exit(commands.execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? (./bailey-bench --help lists them)");
    }
}
