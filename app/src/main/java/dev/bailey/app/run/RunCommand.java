package dev.bailey.app.run;

import dev.bailey.app.cli.Terminal;
import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.app.takeover.Incumbent;
import dev.bailey.app.wiring.Bailey;
import dev.bailey.app.wiring.Crew;
import dev.bailey.app.wiring.NameCache;
import dev.bailey.app.wiring.Preparation;
import dev.bailey.app.wiring.Tenancy;
import dev.bailey.control.orchestrate.ControlSettings;
import dev.bailey.model.spec.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

    private static final String TAKE_OVER = "--take-over";

    /** What can be nothing but a path: no option, and nothing the command line's library would expand. */
    private static final Pattern PLAIN_PATH = Pattern.compile("[\\w./~][\\w./~ +,:=@-]*");

    @Parameters(paramLabel = "FILE", description = "The migration file.")
    private Path file = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "bailey-data",
            description = "Folder of journal, state and local token (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("bailey-data");

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "Name of this process among those that share the store (default: the host's name).")
    private String node = "";

    @Option(
            names = TAKE_OVER,
            description =
                    "Takes the place of the process that has the data folder, without a failed request; starts as usual where none has it.")
    private boolean takeOver;

    private volatile boolean lost;

    /**
     * Reads the plain forms {@code FILE}, {@code --data DIR} and {@code --take-over}, in any order, without the command line's library, which takes as
     * long to load as all the rest of the start. Empty for whatever else is written (help, mistakes): that is the library's.
     */
    public static Optional<RunCommand> plain(List<String> arguments) {
        RunCommand command = new RunCommand();
        boolean named = false;
        for (Iterator<String> left = arguments.iterator(); left.hasNext(); ) {
            String next = left.next();
            if (next.equals(TAKE_OVER)) {
                command.takeOver = true;
                continue;
            }
            boolean isData = next.equals("--data") && left.hasNext();
            String path = isData ? left.next() : next;
            if (!PLAIN_PATH.matcher(path).matches() || (!isData && named)) {
                return Optional.empty();
            }
            if (isData) {
                command.data = Path.of(path);
            } else {
                command.file = Path.of(path);
                named = true;
            }
        }
        return named ? Optional.of(command) : Optional.empty();
    }

    @Override
    public Integer call() throws InterruptedException {
        NameCache.shorten();
        Preparation.begin();
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

    Path file() {
        return file;
    }

    Path data() {
        return data;
    }

    boolean takesOver() {
        return takeOver;
    }

    private Incumbent open(Read.Valid valid, @Nullable Tenancy tenancy, @Nullable Crew crew)
            throws InterruptedException {
        Path folder = file.toAbsolutePath().getParent();
        ControlSettings settings = ControlSettings.DEFAULTS.withBase(folder == null ? Path.of(".") : folder);
        Supplier<Bailey> start = () -> Bailey.start(valid.spec(), file, valid.text(), data, settings, tenancy);
        if (crew != null) {
            return Incumbent.of(data, Bailey.startAmongOthers(valid.spec(), file, valid.text(), data, settings, crew));
        }
        if (!takeOver) {
            return Incumbent.of(data, start.get());
        }
        return Incumbent.takeOver(
                data,
                valid.spec().gateway().takeOverWait(),
                start,
                new Incumbent.Succession(
                        () -> Bailey.rehearse(valid.spec(), file, valid.text(), settings),
                        token -> Bailey.succeed(valid.spec(), file, valid.text(), data, settings, token)));
    }

    private int serve(Read.Valid valid) throws InterruptedException {
        Incumbent incumbent;
        Tenancy tenancy = null;
        Crew crew = null;
        try {
            if (valid.spec().isStoreShared()) {
                if (takeOver) {
                    System.err.println(
                            "bailey: " + TAKE_OVER + " is for an embedded store (this one is shared): start another"
                                    + " node, which stands by, and stop the active one: it gives its place up at once");
                    return 1;
                }
                String name = node.isEmpty() ? hostName() : node;
                if (valid.spec().areNodesAllActive()) {
                    crew = Crew.join(valid.spec(), name, data, System.out::println);
                } else {
                    tenancy = Tenancy.join(valid.spec(), name);
                    tenancy.awaitTurn(active -> System.out.println("standing by: active is " + active));
                }
            }
            incumbent = open(valid, tenancy, crew);
        } catch (RuntimeException failure) {
            if (tenancy != null) {
                tenancy.close();
            }
            if (crew != null) {
                crew.close();
            }
            System.err.println("bailey: cannot start: " + reasons(failure));
            return 1;
        }
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    if (!incumbent.isHandedOver()) {
                        System.out.println("ending: no new requests, those under way end first");
                    }
                    incumbent.close();
                }));
        if (takeOver) {
            System.out.println(
                    incumbent.tookFrom().isEmpty()
                            ? "nobody has " + data + ": started as usual"
                            : "took over from process " + incumbent.tookFrom());
        }
        Bailey bailey = incumbent.bailey();
        System.out.println("Bailey carries " + valid.spec().migration());
        System.out.println("  data plane  http://" + bailey.gatewayAddress());
        System.out.println("  console     " + bailey.adminUrl() + link());
        System.out.println("  data folder " + data.toAbsolutePath());
        if (tenancy != null) {
            System.out.println("  active node " + tenancy.node());
            tenancy.lost()
                    .thenAccept(active -> Thread.ofPlatform().name("lost").start(() -> {
                        System.err.println("bailey: this node is not active any more (" + active
                                + "): it ends; start it again, and it stands by");
                        lost = true;
                        incumbent.close();
                    }));
        }
        if (crew != null) {
            System.out.println("  node " + crew.node() + " carries traffic beside others");
            crew.lost()
                    .thenAccept(why -> Thread.ofPlatform().name("lost").start(() -> {
                        System.err.println("bailey: this node carries no traffic any more (" + why
                                + "): it ends; start it again, and it joins anew");
                        lost = true;
                        incumbent.close();
                    }));
        }
        incumbent.awaitEnd();
        return lost ? 1 : 0;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            throw new IllegalArgumentException("this host has no name: say --node NAME", nameless);
        }
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
