package dev.bailey.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of the command line. Exit codes: 0 done, 1 refused or failed, 2 wrong usage. */
@Command(
        name = "bailey",
        description =
                "A migration gateway: moves traffic and data from a legacy service to its replacement, step by step.",
        mixinStandardHelpOptions = true,
        version = "bailey 0.1.0")
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
