package dev.bailey.app.demo;

import dev.bailey.app.cli.Terminal;
import dev.bailey.app.demo.DemoApi.Reply;
import dev.bailey.examples.orders.load.AuditResult;
import dev.bailey.examples.orders.load.AuditScope;
import dev.bailey.examples.orders.load.HistoryAudit;
import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadSettings;
import dev.bailey.examples.orders.load.OrderStoreReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Kills the gateway again and again under write load and counts what became of every acknowledged write. */
@Command(
        name = "crashes",
        mixinStandardHelpOptions = true,
        description =
                "Kills the gateway with -9 at random moments under write load; exit 0 only when nothing was lost or doubled.")
public final class CrashCommand implements Callable<Integer> {

    private static final Duration SETTLE = Duration.ofMinutes(2);

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "100",
            description = "How often (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of moments and clients (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "300",
            description = "Requests a second, two thirds of them writes (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes there what it found.")
    private @Nullable Path report;

    @Option(names = "--keep", description = "Keeps databases and logs, and says where.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        DemoVoice voice = new DemoVoice(System.out, Terminal.isInteractive(), System::nanoTime);
        Path home = Path.of(System.getProperty("bailey.home", ".")).toAbsolutePath();
        List<String> facts = FaultReport.facts(home);
        try (DemoWorld world = DemoWorld.start(home, 500, seed, keep)) {
            int code = run(world, voice);
            if (report != null) {
                String command = "./bailey crashes --kills " + kills + " --seed " + seed;
                RunReport.write(report, "crashes", command, facts, code == 0, voice.told());
            }
            return code;
        } catch (DemoFailure failure) {
            System.out.println("crashes failed: " + failure.getMessage());
            return 1;
        }
    }

    private int run(DemoWorld world, DemoVoice voice) throws IOException, InterruptedException {
        DemoApi api = new DemoApi(world.adminUri(), world.token());
        DemoPilot pilot = new DemoPilot(api, api, voice);
        if (keep) {
            voice.tell("files in %s", world.folder());
        }
        pilot.carryWritesAndStay("killed on purpose", SETTLE);
        SplittableRandom moments = new SplittableRandom(seed);
        LoadSettings writers = new LoadSettings(
                world.gatewayUri(), 16, rate, seed, 500, 45, 15, 6, 0, Duration.ofSeconds(5), Duration.ofSeconds(60));
        try (LoadClient load = LoadClient.start(writers, System::nanoTime)) {
            for (int kill = 1; kill <= kills; kill++) {
                Thread.sleep(moments.nextLong(20, 1_200));
                world.gateway.kill();
                Thread.sleep(moments.nextLong(1, 100));
                world.restartGateway();
                voice.progress(
                        "%d of %d kills, %,d writes acknowledged",
                        kill, kills, load.counts().acknowledged());
            }
            if (!load.pause(SETTLE)) {
                throw new DemoFailure("the clients did not come to rest");
            }
            pilot.awaitDelivered(SETTLE);
            String phase = pilot.phase();
            if (!phase.equals("BACKFILL")) {
                throw new DemoFailure(
                        "the slice stands in " + phase + " (expected BACKFILL, where writes are carried)");
            }
            repairWhatIsOwed(pilot, api);
            AuditResult result = HistoryAudit.audit(
                    load.history(),
                    OrderStoreReader.legacy(world.legacyJdbc()),
                    OrderStoreReader.modern(world.modernJdbc()),
                    AuditScope.of(AuditScope.Authority.LEGACY));
            voice.tell(
                    "%d kills: %,d writes acknowledged, %d lost, %d doubled, %d diverged, %d unknown of which %d landed, %d client errors, %,d attempts retried by clients",
                    kills,
                    result.acknowledged(),
                    result.lost(),
                    result.doubled(),
                    result.diverged(),
                    result.unknown(),
                    result.unknownLanded(),
                    load.counts().clientErrors(),
                    load.counts().failedAttemptsInAll());
            result.findings().stream().limit(20).forEach(finding -> voice.tell("  %s", finding));
            return result.isClean() ? 0 : 1;
        }
    }

    /** A crash may leave writes of which not even the key is known; then the slice owes a reconcile, and here it is paid. */
    private static void repairWhatIsOwed(DemoPilot pilot, DemoApi api) throws IOException, InterruptedException {
        Reply repair = pilot.command(
                "reconcile", Map.of("reason", "pay what the crashes left owed", "repair", true, "dryRun", false));
        JsonNode job = pilot.job(repair.body().path("job").asString(), SETTLE);
        if (!job.path("state").asString().equals("done")) {
            throw new DemoFailure(
                    "the reconcile did not end: " + api.get("/jobs").body());
        }
    }
}
