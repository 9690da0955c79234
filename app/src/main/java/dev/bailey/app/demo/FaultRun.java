package dev.bailey.app.demo;

import dev.bailey.examples.orders.load.AuditResult;
import dev.bailey.examples.orders.load.AuditScope;
import dev.bailey.examples.orders.load.HistoryAudit;
import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadSettings;
import dev.bailey.examples.orders.load.OrderStoreReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One run: up to where write authority is shared, the faults, the settling, the account. Not thread-safe. */
final class FaultRun implements AutoCloseable {

    static final int ORDERS = 500;
    private static final int FULL = 10_000;
    private static final int CLIENTS = 24;

    /** Requests a second while the slice is walked up: where all share a small machine, more would keep entities from ever being at rest. */
    private static final double QUIET_RATE = 40;

    private static final Duration STEP = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final Duration STEADY = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    /** Shorter than the longest pause, so that some writes are given up and their fate is found by the account. */
    private static final Duration RETRY_FOR = Duration.ofSeconds(8);

    private final FaultWorld world;
    private final DemoPilot pilot;
    private final SliceMoves moves;
    private final DemoVoice voice;
    private final LoadClient load;
    private final double rate;
    private String unsettled = "";
    private long repaired;

    private FaultRun(
            FaultWorld world, DemoPilot pilot, SliceMoves moves, DemoVoice voice, LoadClient load, double rate) {
        this.rate = rate;
        this.world = world;
        this.pilot = pilot;
        this.moves = moves;
        this.voice = voice;
        this.load = load;
    }

    /** Starts clients that are spread over the nodes of a world. */
    static FaultRun start(FaultWorld world, long seed, double rate, DemoVoice voice)
            throws IOException, InterruptedException {
        DemoApi local = new DemoApi(world.admins(), world.token());
        DemoApi operator = new DemoApi(world.admins(), DemoCommand.person(local, "ada", "approver"));
        DemoApi second = new DemoApi(world.admins(), DemoCommand.person(local, "grace", "approver"));
        DemoPilot pilot = new DemoPilot(operator, second, voice);
        LoadClient load = LoadClient.start(
                new LoadSettings(
                        world.gateways(),
                        CLIENTS,
                        Math.min(rate, QUIET_RATE),
                        seed,
                        ORDERS,
                        40,
                        15,
                        6,
                        2,
                        ATTEMPT,
                        RETRY_FOR,
                        true),
                System::nanoTime);
        return new FaultRun(world, pilot, new SliceMoves(operator, second, pilot), voice, load, rate);
    }

    /** Walks the slice, without faults, to the write cutover. */
    void prepare() throws IOException, InterruptedException {
        pilot.carryWritesAndStay("faults on purpose", STEP);
        pilot.advance("hold both stores against each other", STEP);
        moves.pay(STEP);
        moves.climb("READ_CUTOVER", FULL, STEP);
        JsonNode rehearsal = pilot.command("rehearse", Map.of("reason", "before authority moves", "cohort", "1%"))
                .body();
        String job = rehearsal.path("job").asString("");
        if (!job.isEmpty()) {
            pilot.job(job, STEP);
        }
        moves.climb("WRITE_CUTOVER", 1, STEP);
        voice.tell("the slice stands at %s", SliceMoves.at(pilot.slice()));
    }

    /** Makes the faults, and undoes all of them; where that fails, the account says so. */
    void faults(FaultPlan plan, FaultTimeline timeline) throws IOException, InterruptedException {
        load.rate(rate);
        try {
            new FaultLanes(world, moves, timeline).carryOut(plan);
        } catch (DemoFailure failure) {
            broken(failure);
        } finally {
            world.links.heal();
        }
    }

    /** Lets everything come to rest without faults, within limits; where it does not, the account says so. */
    void settle() throws IOException, InterruptedException {
        if (!unsettled.isEmpty()) {
            return;
        }
        try {
            if (world.size() > 1) {
                awaitNodes();
            }
            if (!load.pause(SETTLE)) {
                throw new DemoFailure("the clients did not come to rest");
            }
            pilot.await("the last deliveries", SETTLE, FaultRun::isAtRest);
            if (SliceMoves.owes(pilot.slice())) {
                repaired = moves.pay(SETTLE);
            }
            moves.handBack(SETTLE);
            pilot.await("what the handover left", SETTLE, FaultRun::isAtRest);
        } catch (DemoFailure failure) {
            broken(failure);
        }
    }

    /** Waits until nothing of the faults lets a node end any more: all are there, and somebody leads, for longer than a node's time. */
    private void awaitNodes() throws InterruptedException {
        long until = System.nanoTime() + SETTLE.toNanos();
        long since = System.nanoTime();
        long ends = world.ends();
        while (System.nanoTime() - since < STEADY.toNanos()) {
            if (System.nanoTime() > until) {
                throw new DemoFailure("the nodes did not come to rest within " + SETTLE.toSeconds() + " s (expected all"
                        + " there and one that leads for " + STEADY.toSeconds() + " s):\n" + world.lastLines());
            }
            if (!world.areNodesUp() || !isLed() || world.ends() > ends) {
                since = System.nanoTime();
                ends = world.ends();
            }
            Thread.sleep(LOOK);
        }
    }

    private boolean isLed() throws InterruptedException {
        try {
            pilot.slice();
            return true;
        } catch (IOException | DemoFailure nobody) {
            return false;
        }
    }

    private void broken(DemoFailure failure) {
        unsettled = String.valueOf(failure.getMessage());
        voice.tell("not settled: %s", unsettled);
    }

    private static boolean isAtRest(JsonNode slice) {
        JsonNode backlog = slice.path("backlog");
        return backlog.path("undelivered").asLong(-1) == 0
                && backlog.path("unknown").asLong(-1) == 0
                && backlog.path("parked").asLong(-1) == 0;
    }

    /** What clients were told, held against both stores, past gateway and services. */
    FaultAccount account() {
        AuditResult audit = HistoryAudit.audit(
                load.history(),
                OrderStoreReader.legacy(world.services.legacyJdbc()),
                OrderStoreReader.modern(world.services.modernJdbc()),
                AuditScope.of(AuditScope.Authority.LEGACY));
        String wrongEnds = world.wrongEnds();
        String rest = unsettled.isEmpty() || wrongEnds.isEmpty() ? unsettled + wrongEnds : unsettled + "; " + wrongEnds;
        return FaultAccount.of(load.counts(), load.history(), audit, moves.moved(), rest, repaired, world.ends());
    }

    @Override
    public void close() {
        load.close();
    }
}
