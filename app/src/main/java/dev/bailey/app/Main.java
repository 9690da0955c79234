package dev.bailey.app;

import dev.bailey.app.cli.ClientCommands;
import dev.bailey.app.demo.CrashCommand;
import dev.bailey.app.demo.DemoCommand;
import dev.bailey.app.demo.FaultCommand;
import dev.bailey.app.demo.RestartCommand;
import dev.bailey.app.demo.TrainCommand;
import dev.bailey.app.run.NodesCommand;
import dev.bailey.app.run.RunCommand;
import dev.bailey.app.wiring.Bailey;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of the command line. Exit codes: 0 done, 1 refused or failed, 2 wrong usage. */
@Command(
        name = "bailey",
        description =
                "A migration gateway: moves traffic and data from a legacy service to its replacement, step by step.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    private static int execute(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("run")) {
            List<String> rest = List.of(arguments).subList(1, arguments.length);
            Optional<RunCommand> plain = RunCommand.plain(rest);
            if (plain.isPresent()) {
                return run(plain.get());
            }
        }
        return commandLine(arguments).execute(arguments);
    }

    private static int run(RunCommand command) {
        try {
            return command.call();
        } catch (InterruptedException | RuntimeException failure) {
            System.err.println("bailey: " + failure.getMessage());
            return 1;
        }
    }

    /** With the one command that is asked for, or with all of them where it takes all to answer: making each costs start time. */
    private static CommandLine commandLine(String[] arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        Map<String, Supplier<Object>> commands = commands();
        Supplier<Object> asked = arguments.length == 0 ? null : commands.get(arguments[0]);
        (asked == null ? commands.values() : List.of(asked)).forEach(each -> line.addSubcommand(each.get()));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("bailey: " + failure.getMessage());
            return 1;
        });
        return line;
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("nodes", NodesCommand::new);
        commands.putAll(ClientCommands.byName());
        commands.put("crashes", CrashCommand::new);
        commands.put("restarts", RestartCommand::new);
        commands.put("faults", FaultCommand::new);
        commands.put("train", TrainCommand::new);
        return commands;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? (./bailey --help lists them)");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"bailey " + Bailey.VERSION};
        }
    }
}
