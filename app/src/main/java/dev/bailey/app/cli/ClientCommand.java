package dev.bailey.app.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that talks to a running Bailey. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed; the message says why and what to do", "2:wrong usage"})
abstract class ClientCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private ClientOptions options = new ClientOptions();

    @Override
    public final Integer call() {
        CommandLine line = commandLine();
        Text text = new Text(line.getOut(), line.getColorScheme().ansi());
        try (ApiClient client = options.client()) {
            return run(client, text);
        } catch (ApiFailure failure) {
            return failed(line, failure);
        } finally {
            text.flush();
        }
    }

    private int failed(CommandLine line, ApiFailure failure) {
        if (options.json() && !failure.json().isEmpty()) {
            line.getOut().println(failure.json());
        } else {
            PrintWriter err = line.getErr();
            err.println(failure.getMessage());
            err.flush();
        }
        return 1;
    }

    /** Does it; the exit code. */
    abstract int run(ApiClient client, Text text);

    boolean json() {
        return options.json();
    }

    CommandLine commandLine() {
        if (command == null) {
            throw new IllegalStateException(getClass().getSimpleName() + " runs outside a command line");
        }
        return command.commandLine();
    }
}
