package dev.bailey.app.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What the launcher runs to fill the JVM's ahead-of-time cache: everything an ordinary start needs is used once, on free ports
 * and in a folder of its own, and the process ends by itself.
 */
@Command(
        name = "train",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Uses everything once, so that the JVM can keep what it learned for later starts.")
public final class TrainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "run|client", description = "What is to start quickly; the run comes before the client.")
    private Subject subject = Subject.run;

    @Option(
            names = "--folder",
            required = true,
            paramLabel = "DIR",
            description = "Where native libraries, databases and answers go.")
    private Path folder = Path.of("");

    enum Subject {
        run,
        client
    }

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("bailey.home", ".")).toAbsolutePath();
        Path answers = folder.resolve("answers");
        Path work = folder.resolve("work");
        Files.createDirectories(answers);
        Files.createDirectories(work);
        switch (subject) {
            case run -> {
                NativeLibraries.unpack(folder.resolve("native"));
                TrainingRun.of(home, work.toAbsolutePath(), answers);
            }
            case client -> TrainingClient.of(home.resolve("examples/orders/orders.yaml"), work, answers);
        }
        return 0;
    }
}
