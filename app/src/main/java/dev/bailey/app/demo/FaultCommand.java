package dev.bailey.app.demo;

import dev.bailey.app.cli.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Breaks processes and connections for a while, as a seed says, and counts what became of every write. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description =
                "Kills and pauses gateway and services, breaks the connections between them and moves write authority meanwhile, as a seed says; with several nodes it kills the store they share and cuts them from it, too. Exit 0 only when nothing was lost, doubled or left different and everything came to rest.")
public final class FaultCommand implements Callable<Integer> {

    private static final int USUAL_RATE = 200;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long there are faults; a fraction will do (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of faults and clients (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "" + USUAL_RATE,
            description = "Requests a second, most of them writes (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Gateway nodes, 1 to 5; several carry traffic at the same time over a PostgreSQL of their own (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes there what it found, with every fault.")
    private @Nullable Path report;

    @Option(names = "--keep", description = "Keeps databases and logs, and says where.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(minutes > 0) || minutes > Duration.ofDays(7).toMinutes()) {
            System.err.println("--minutes " + minutes + " (expected more than 0, at most "
                    + Duration.ofDays(7).toMinutes() + ")");
            return 2;
        }
        if (nodes < 1 || nodes > FaultWorld.MAX_NODES) {
            System.err.println("--nodes " + nodes + " (expected 1 to " + FaultWorld.MAX_NODES + ")");
            return 2;
        }
        DemoVoice voice = new DemoVoice(System.out, Terminal.isInteractive(), System::nanoTime);
        Path home = Path.of(System.getProperty("bailey.home", ".")).toAbsolutePath();
        try (FaultWorld world = FaultWorld.start(home, nodes, FaultRun.ORDERS, seed, keep);
                FaultRun run = FaultRun.start(world, seed, rate, voice)) {
            if (keep) {
                voice.tell("files in %s", world.services.folder());
            }
            return run(run, world, home, voice);
        } catch (DemoFailure failure) {
            System.out.println("faults failed (seed " + seed + "): " + failure.getMessage());
            return 1;
        }
    }

    private int run(FaultRun run, FaultWorld world, Path home, DemoVoice voice)
            throws IOException, InterruptedException {
        List<String> facts = new ArrayList<>(FaultReport.facts(home));
        if (nodes > 1) {
            facts.add(world.store().words());
        }
        run.prepare();
        FaultPlan plan = FaultPlan.draw(seed, Duration.ofMillis(Math.round(minutes * 60_000)), nodes);
        FaultTimeline timeline = new FaultTimeline(System::nanoTime);
        voice.tell("faults of seed %d for %.1f minutes", seed, minutes);
        run.faults(plan, timeline);
        voice.tell(
                "faults are over: %d, %d answers lost after their requests",
                timeline.entries().size(), world.links.answersCut());
        run.settle();
        FaultAccount account = run.account();
        tell(voice, account, timeline);
        if (report != null) {
            Path folder = report.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.write(
                    report,
                    FaultReport.lines(
                            command(),
                            LocalDate.now(Clock.systemUTC()),
                            facts,
                            account,
                            timeline,
                            world.links.answersCut()),
                    StandardCharsets.UTF_8);
            voice.tell("report in %s", report);
        }
        return account.isGood() ? 0 : 1;
    }

    private String command() {
        return "./bailey faults" + (nodes == 1 ? "" : " --nodes " + nodes) + " --minutes " + shortly(minutes)
                + " --seed " + seed + (rate == USUAL_RATE ? "" : " --rate " + shortly(rate));
    }

    private static String shortly(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private void tell(DemoVoice voice, FaultAccount account, FaultTimeline timeline) {
        voice.tell(
                "%,d requests; %,d writes acknowledged, %d lost, %d doubled, %d diverged, %d stale reads; %d unknown and done, %d unknown and not done, %d refused; %,d attempts repeated by clients; authority moved %d times",
                account.requests(),
                account.audit().acknowledged(),
                account.audit().lost(),
                account.audit().doubled(),
                account.audit().diverged(),
                account.counts().staleReads().size(),
                account.unknownLanded(),
                account.unknownNotLanded(),
                account.refused(),
                account.counts().failedAttemptsInAll(),
                account.moved());
        timeline.counts().forEach((fault, times) -> voice.tell("  %s: %d", fault, times));
        account.counts().staleReads().stream().limit(5).forEach(read -> voice.tell("  %s", read));
        if (!account.isGood()) {
            voice.tell("failed, seed %d; the faults were:", seed);
            timeline.entries().forEach(entry -> voice.tell("  %s", entry.words()));
            account.audit().findings().stream().limit(20).forEach(finding -> voice.tell("  %s", finding));
        }
    }
}
