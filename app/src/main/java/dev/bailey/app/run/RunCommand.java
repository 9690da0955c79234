package dev.bailey.app.run;

import dev.bailey.app.cli.Terminal;
import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.app.wiring.Bailey;
import dev.bailey.control.orchestrate.ControlSettings;
import dev.bailey.model.spec.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves until it is told to end: data plane, control plane and console in one process. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Starts gateway, control plane and console for a migration file; ends gracefully on SIGTERM or Ctrl-C.")
public final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The migration file.")
    private Path file = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "bailey-data",
            description = "Folder of journal, state and local token (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("bailey-data");

    @Override
    public Integer call() throws InterruptedException {
        switch (MigrationFile.read(file)) {
            case Read.Invalid invalid -> {
                for (Problem problem : invalid.problems()) {
                    System.err.println(problem.render(file.toString(), invalid.text()));
                }
                return 1;
            }
            case Read.Valid valid -> {
                for (Problem warning : valid.warnings()) {
                    System.err.println(warning.render(file.toString(), valid.text()));
                }
                return serve(valid);
            }
        }
    }

    private int serve(Read.Valid valid) throws InterruptedException {
        Bailey bailey;
        try {
            Path folder = file.toAbsolutePath().getParent();
            bailey = Bailey.start(
                    valid.spec(),
                    file,
                    valid.text(),
                    data,
                    ControlSettings.DEFAULTS.withBase(folder == null ? Path.of(".") : folder));
        } catch (RuntimeException failure) {
            System.err.println("bailey: cannot start: " + reasons(failure));
            return 1;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    System.out.println("ending: no new requests, those under way end first");
                    bailey.close();
                    ended.countDown();
                }));
        System.out.println("Bailey carries " + valid.spec().migration());
        System.out.println("  data plane  http://" + bailey.gatewayAddress());
        System.out.println("  console     " + bailey.adminUrl() + link());
        System.out.println("  data folder " + data.toAbsolutePath());
        ended.await();
        return 0;
    }

    /** The token goes into the printed link only where a person reads it: on a terminal. */
    private String link() {
        if (!Terminal.isInteractive()) {
            return "  (token: " + data.resolve("token") + ")";
        }
        try {
            return "/#token=" + Files.readString(data.resolve("token")).strip();
        } catch (IOException unreadable) {
            return "";
        }
    }

    private static String reasons(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
