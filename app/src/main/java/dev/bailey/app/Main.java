package dev.bailey.app;

import dev.bailey.app.cli.ClientCommands;
import dev.bailey.app.demo.CrashCommand;
import dev.bailey.app.demo.DemoCommand;
import dev.bailey.app.run.RunCommand;
import dev.bailey.app.wiring.Bailey;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
        CommandLine commands = new CommandLine(new Main());
        commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        commands.addSubcommand(new DemoCommand());
        commands.addSubcommand(new RunCommand());
        ClientCommands.all().forEach(commands::addSubcommand);
        commands.addSubcommand(new CrashCommand());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("bailey: " + failure.getMessage());
            return 1;
        });
        System.exit(commands.execute(arguments));
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
