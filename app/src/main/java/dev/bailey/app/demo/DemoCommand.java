package dev.bailey.app.demo;

import dev.bailey.app.cli.Terminal;
import dev.bailey.app.demo.DemoApi.Reply;
import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Runs the demonstration. Exit code 0 only when it ended retired with nothing lost, doubled or diverged. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "The whole crossing on this machine: real services, real load, faults included.")
public final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Repeats the choices of data, clients and nightly job (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Orders that exist at the start (default: ${DEFAULT-VALUE}).")
    private int orders;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "24",
            description = "Clients that read and write all the time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "250",
            description = "Requests a second of all clients together (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "json prints one object at the end; the story goes to standard error.")
    private Output output = Output.text;

    @Option(names = "--keep", description = "Keeps databases, logs and the migration file, and says where.")
    private boolean keep;

    enum Output {
        text,
        json
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintStream out = new PrintStream(
                new java.io.FileOutputStream(
                        output == Output.json ? java.io.FileDescriptor.err : java.io.FileDescriptor.out),
                true,
                StandardCharsets.UTF_8);
        DemoVoice voice = new DemoVoice(out, Terminal.isInteractive(), System::nanoTime);
        out.printf("Bailey's demonstration: the crossing of %,d orders, %d clients, seed %d%n", orders, clients, seed);
        Path home = Path.of(System.getProperty("bailey.home", ".")).toAbsolutePath();
        try (DemoWorld world = DemoWorld.start(home, orders, seed, keep)) {
            DemoReport report = run(world, voice, out);
            out.println();
            if (output == Output.json) {
                System.out.println(JsonMapper.shared().writeValueAsString(report));
            } else {
                print(report, out);
            }
            return report.isGood() ? 0 : 1;
        } catch (DemoFailure failure) {
            out.println();
            out.println("demo failed: " + failure.getMessage());
            return 1;
        }
    }

    private DemoReport run(DemoWorld world, DemoVoice voice, PrintStream out) throws IOException, InterruptedException {
        String token = world.token();
        DemoApi local = new DemoApi(world.adminUri(), token);
        DemoApi operator = new DemoApi(world.adminUri(), person(local, "ada", "operator"));
        DemoApi secondPerson = new DemoApi(world.adminUri(), person(local, "grace", "approver"));
        out.printf("Console: %s/#token=%s%n", world.adminUri(), token);
        if (keep) {
            out.printf("Files:   %s%n", world.folder());
        }
        voice.act("Before: legacy serves everything, the gateway only passes on");
        try (LoadClient load = LoadClient.start(
                LoadSettings.usual(world.gatewayUri(), clients, rate, seed, orders), System::nanoTime)) {
            DemoPilot pilot = new DemoPilot(operator, secondPerson, voice);
            voice.tell("%s under load of %d clients", pilot.phase(), clients);
            return new DemoStory(world, load, pilot, voice, seed).tell();
        }
    }

    /** A token for somebody: ada walks the slice across, grace approves as the second person. */
    static String person(DemoApi local, String name, String role) throws IOException, InterruptedException {
        Reply made =
                local.post("/tokens", Map.of("name", name, "role", role, "reason", "takes part in the demonstration"));
        if (!made.isDone()) {
            throw new DemoFailure("no token for " + name + ": " + made.message());
        }
        return made.body().path("secret").asString();
    }

    private static void print(DemoReport report, PrintStream out) {
        out.printf("acknowledged writes    %,d%n", report.acknowledged());
        out.printf("lost                   %d%n", report.lost());
        out.printf("doubled                %d%n", report.doubled());
        out.printf("diverged               %d%n", report.diverged());
        out.printf("client errors          %d%n", report.clientErrors());
        out.printf("longest handover stall %d ms%n", report.handoverStallMs());
        out.printf("phase                  %s%n", report.phase());
        out.printf("time                   %.1f s%n", report.seconds());
        out.println(
                report.isGood()
                        ? "The crossing is over; legacy can be deleted."
                        : "The crossing did not end as it must.");
    }
}
