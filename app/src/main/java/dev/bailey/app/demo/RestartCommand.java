package dev.bailey.app.demo;

import dev.bailey.app.cli.Terminal;
import dev.bailey.examples.orders.load.AuditResult;
import dev.bailey.examples.orders.load.AuditScope;
import dev.bailey.examples.orders.load.HistoryAudit;
import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadSettings;
import dev.bailey.examples.orders.load.OrderStoreReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets one gateway take the place of another again and again under load, and counts what clients saw of it. */
@Command(
        name = "restarts",
        mixinStandardHelpOptions = true,
        description =
                "Restarts the gateway under load, each process taking the other's place; exit 0 only when no request failed, no long answer and no WebSocket was cut early, and nothing was lost or doubled.")
public final class RestartCommand implements Callable<Integer> {

    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final Duration DRAIN = Duration.ofSeconds(3);
    private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(60);

    /** A gateway has the place a third of a second after it asked, on a machine that has nothing else to do. */
    private static final long LATEST_KILL_MS = 600;

    private static final int STREAMS = 8;
    private static final int WEB_SOCKETS = 8;
    private static final int HTTP2_CLIENTS = 4;
    private static final int IDLE_CLIENTS = 8;

    @Option(
            names = "--times",
            paramLabel = "N",
            defaultValue = "10",
            description = "How often (default: ${DEFAULT-VALUE}).")
    private int times;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "How long each gateway carries alone (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the clients (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "300",
            description =
                    "Requests a second of the busy clients, two thirds of them writes (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "How many gateways are killed with -9 while they take over, before (default: ${DEFAULT-VALUE}). One that had the place already is a crash: then requests may fail, and still nothing be lost or doubled.")
    private int kills;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes there what it found.")
    private @Nullable Path report;

    @Option(names = "--keep", description = "Keeps databases and logs, and says where.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        DemoVoice voice = new DemoVoice(System.out, Terminal.isInteractive(), System::nanoTime);
        Path home = Path.of(System.getProperty("bailey.home", ".")).toAbsolutePath();
        String bounds = "\ngateway: { drain: " + DRAIN.toSeconds() + "s }\n";
        List<String> facts = FaultReport.facts(home);
        try (EchoLink link = new EchoLink();
                DemoWorld world = DemoWorld.start(home, 500, seed, keep, text -> text + bounds, link::before)) {
            int code = run(world, voice);
            if (report != null) {
                RunReport.write(report, "restarts", command(), facts, code == 0, voice.told());
            }
            return code;
        } catch (DemoFailure failure) {
            System.out.println("restarts failed: " + failure.getMessage());
            return 1;
        }
    }

    /** Puts WebSockets at legacy's address, which has none of its own. */
    private static final class EchoLink implements AutoCloseable {
        private @Nullable EchoBeside echo;

        int before(String service, int port) throws IOException {
            if (!service.equals("legacy")) {
                return port;
            }
            EchoBeside beside = EchoBeside.to(port);
            echo = beside;
            return beside.port();
        }

        @Override
        public void close() throws IOException {
            if (echo != null) {
                echo.close();
            }
        }
    }

    private String command() {
        return "./bailey restarts --times " + times + " --kills " + kills + " --seconds " + seconds + " --seed " + seed;
    }

    private int run(DemoWorld world, DemoVoice voice) throws IOException, InterruptedException {
        DemoApi api = new DemoApi(world.adminUri(), world.token());
        DemoPilot pilot = new DemoPilot(api, api, voice);
        if (keep) {
            voice.tell("files in %s", world.folder());
        }
        pilot.carryWritesAndStay("restarted on purpose", SETTLE);
        URI gateway = world.gatewayUri();
        // Some hardly send, so that their connections are idle when the place changes hands.
        try (LoadClient busy = LoadClient.start(settings(gateway, 16, rate, seed), System::nanoTime);
                IdleClients idle = IdleClients.start(gateway, IDLE_CLIENTS, seed, System::nanoTime);
                LongAnswers streams = LongAnswers.start(new EventStreams(gateway), STREAMS, DRAIN, System::nanoTime);
                Conversations conversations = new Conversations(gateway);
                LongAnswers talkers = LongAnswers.start(conversations, WEB_SOCKETS, DRAIN, System::nanoTime);
                Http2Readers readers =
                        Http2Readers.start(gateway, HTTP2_CLIENTS, "/api/orders?limit=1", System::nanoTime)) {
            Thread.sleep(Duration.ofSeconds(1));
            Crashes crashes = new Crashes(0, 0, 0);
            SplittableRandom moments = new SplittableRandom(seed);
            for (int kill = 1; kill <= kills; kill++) {
                streams.takeOverBegins();
                talkers.takeOverBegins();
                Duration after = Duration.ofMillis(moments.nextLong(LATEST_KILL_MS));
                long failed = failed(busy, idle, readers);
                long cut = (long) streams.cutEarly() + talkers.cutEarly();
                boolean crash = world.killSuccessor(after, TAKE_OVER_LIMIT);
                // A gateway that became its own successor lets its clients stay for the drain time too: not into the
                // next kill.
                Thread.sleep(DRAIN.plusSeconds(1));
                if (crash) {
                    crashes = crashes.andOne(
                            failed(busy, idle, readers) - failed, (long) streams.cutEarly() + talkers.cutEarly() - cut);
                }
                voice.progress(
                        "%d of %d killed, %d of them had the place, %,d writes acknowledged",
                        kill, kills, crashes.count(), busy.counts().acknowledged());
            }
            busy.slowestSinceLastCall();
            for (int time = 1; time <= times; time++) {
                streams.takeOverBegins();
                talkers.takeOverBegins();
                world.takeOver(TAKE_OVER_LIMIT);
                Thread.sleep(Duration.ofSeconds(seconds));
                voice.progress(
                        "%d of %d take-overs, %,d writes acknowledged, %d requests failed",
                        time, times, busy.counts().acknowledged(), failed(busy, idle, readers) - crashes.failed());
            }
            if (!busy.pause(SETTLE) || !idle.pause(SETTLE)) {
                throw new DemoFailure("the clients did not come to rest");
            }
            streams.end();
            talkers.end();
            readers.end();
            pilot.awaitDelivered(SETTLE);
            AuditResult result = HistoryAudit.audit(
                    busy.history(),
                    OrderStoreReader.legacy(world.legacyJdbc()),
                    OrderStoreReader.modern(world.modernJdbc()),
                    AuditScope.of(AuditScope.Authority.LEGACY));
            return tell(voice, busy, idle, streams, talkers, conversations, readers, crashes, result);
        }
    }

    private static LoadSettings settings(URI gateway, int clients, double rate, long seed) {
        return new LoadSettings(
                gateway, clients, rate, seed, 500, 45, 15, 6, 0, Duration.ofSeconds(15), Duration.ofSeconds(60));
    }

    private static long failed(LoadClient busy, IdleClients idle, Http2Readers readers) {
        return busy.counts().failedAttemptsInAll() + busy.counts().clientErrors() + idle.failed() + readers.failed();
    }

    /**
     * Killed gateways that had the place already, and what that cost: requests that failed, long answers that were cut. Nothing
     * else may cost anything.
     */
    private record Crashes(int count, long failed, long cut) {
        Crashes andOne(long alsoFailed, long alsoCut) {
            return new Crashes(count + 1, failed + alsoFailed, cut + alsoCut);
        }
    }

    private int tell(
            DemoVoice voice,
            LoadClient busy,
            IdleClients idle,
            LongAnswers streams,
            LongAnswers talkers,
            Conversations conversations,
            Http2Readers readers,
            Crashes crashes,
            AuditResult result) {
        long requests = busy.counts().reads() + busy.counts().writes() + idle.reads() + readers.requests();
        long failed = failed(busy, idle, readers) - crashes.failed();
        long cut = (long) streams.cutEarly() + talkers.cutEarly() - crashes.cut();
        Duration stall = busy.slowestSinceLastCall();
        voice.tell(
                "%d take-overs: %,d requests (%,d of HTTP/2), %d failed, longest %d ms; %,d writes acknowledged, %d lost, %d doubled, %d diverged, %d stale reads; %d long answers and %d WebSockets opened, over which %,d messages came back and %d as others, %d of both cut before the drain limit of %d s",
                times,
                requests,
                readers.requests(),
                failed,
                Math.max(stall.toMillis(), readers.slowest().toMillis()),
                result.acknowledged(),
                result.lost(),
                result.doubled(),
                result.diverged(),
                busy.counts().staleReads().size(),
                streams.opened(),
                talkers.opened(),
                conversations.messages(),
                conversations.wrong().size(),
                cut,
                DRAIN.toSeconds());
        if (kills > 0) {
            voice.tell(
                    "%d killed while they took over, %d of them had the place already: a crash, in which %,d requests failed and %d long answers or WebSockets were cut, counted apart",
                    kills, crashes.count(), crashes.failed(), crashes.cut());
        }
        busy.counts().failedAttempts().forEach((cause, count) -> voice.tell("  busy, %s: %d", cause, count));
        idle.failures().forEach(failure -> voice.tell("  idle, %s", failure));
        busy.counts().errors().forEach(error -> voice.tell("  %s", error));
        readers.failures().forEach(failure -> voice.tell("  HTTP/2: %s", failure));
        streams.failures().forEach(failure -> voice.tell("  long answer: %s", failure));
        conversations.wrong().stream().limit(20).forEach(wrong -> voice.tell("  WebSocket: %s", wrong));
        talkers.failures().forEach(failure -> voice.tell("  WebSocket: %s", failure));
        result.findings().stream().limit(20).forEach(finding -> voice.tell("  %s", finding));
        boolean clean = failed == 0
                && result.isClean()
                && cut == 0
                && conversations.wrong().isEmpty()
                && busy.counts().staleReads().isEmpty();
        return clean ? 0 : 1;
    }
}
