package dev.bailey.app.demo;

import dev.bailey.app.demo.DemoApi.Reply;
import dev.bailey.examples.orders.load.AuditResult;
import dev.bailey.examples.orders.load.AuditScope;
import dev.bailey.examples.orders.load.HistoryAudit;
import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadCounts;
import dev.bailey.examples.orders.load.OrderStoreReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The acts of the demonstration, in order. Each says what it expects and fails when it sees anything else. */
final class DemoStory {

    private static final Duration STEP = Duration.ofSeconds(45);
    private static final Duration SETTLE = Duration.ofSeconds(20);

    private final DemoWorld world;
    private final LoadClient load;
    private final DemoPilot pilot;
    private final DemoVoice voice;
    private final long seed;
    private final Set<Long> batchTouched = new HashSet<>();
    private long batchEndedNanos;
    private long longestStallMs;
    private long diverged;
    private long gapSinceNanos;

    DemoStory(DemoWorld world, LoadClient load, DemoPilot pilot, DemoVoice voice, long seed) {
        this.world = world;
        this.load = load;
        this.pilot = pilot;
        this.voice = voice;
        this.seed = seed;
    }

    DemoReport tell() throws IOException, InterruptedException {
        dualWriteSurvivesAnOutageOfModern();
        backfillSurvivesTheKillOfTheGateway();
        reconcileFindsTheNightlyJob();
        shadowFindsTheRoundingBug();
        readsCrossAndAreRolledBackOnce();
        rehearse("before write authority moves");
        writesCross();
        legacyOffAndBackOnce();
        retire();
        return audited();
    }

    private void dualWriteSurvivesAnOutageOfModern() throws IOException, InterruptedException {
        voice.act("Dual write: every write of legacy is journalled and carried to modern");
        moved(pilot.advance("begin the crossing", STEP));
        Thread.sleep(Duration.ofSeconds(2));
        long errors = load.counts().clientErrors();
        voice.tell("kill -9 of modern, under load");
        world.modern.kill();
        pilot.await("writes piling up for modern", SETTLE, slice -> backlog(slice) > 50);
        Thread.sleep(Duration.ofSeconds(2));
        voice.tell("modern is down; %d writes wait in the journal", backlog(pilot.slice()));
        world.restartModern();
        pilot.await("the backlog draining", STEP, slice -> backlog(slice) < 20);
        expect(
                load.counts().clientErrors() == errors,
                "clients noticed that modern was down: " + load.counts().errors());
        voice.tell("modern is back, the backlog is delivered; clients noticed nothing");
    }

    private void backfillSurvivesTheKillOfTheGateway() throws IOException, InterruptedException {
        voice.act("Backfill: what legacy had before is copied, live writes going on");
        moved(pilot.advance("copy what is there", STEP));
        JsonNode begun = pilot.await("the backfill under way", STEP, slice -> backfilled() > 500);
        voice.tell(
                "kill -9 of the gateway, in the middle of it (epoch %d)",
                begun.path("epoch").asLong());
        world.gateway.kill();
        Thread.sleep(300);
        world.restartGateway();
        JsonNode after = pilot.slice();
        expect(
                after.path("phase").asString().equals("BACKFILL"),
                "the slice does not stand where it stood: " + after.path("phase"));
        voice.tell(
                "the gateway is back and goes on where it stood: %s",
                after.path("message").asString());
        pilot.await("the backfill", Duration.ofSeconds(90), slice -> isDone("backfill"));
        voice.tell("backfill complete: %,d orders", backfilled());
    }

    private void reconcileFindsTheNightlyJob() throws IOException, InterruptedException {
        voice.act("Reconcile: both stores are proved equal, or what differs is found");
        moved(pilot.advance("hold both stores against each other", STEP));
        runNightlyJob();
        long divergences = reconciled("look for what the nightly job wrote", false)
                .path("divergences")
                .asLong();
        expect(divergences > 0, "the reconcile did not find what the nightly job wrote");
        voice.tell(
                "the reconcile found %d orders that differ: the nightly job wrote %d behind the gateway's back%s",
                divergences,
                batchTouched.size(),
                divergences < batchTouched.size() ? "; what clients have written since is equal again" : "");
        voice.tell("the next step is refused by %s", pilot.refusedGates("must be refused"));
        JsonNode repaired = reconciled("take over the nightly job's writes", true);
        voice.tell("repaired %d of them by refresh", repaired.path("repaired").asLong());
        long left = reconciled("prove the repair", false).path("divergences").asLong();
        expect(left == 0, "after the repair the stores still differ in " + left + " orders");
        voice.tell("reconciled once more: no divergence");
    }

    /** Runs a full reconcile to its end; its figures. */
    private JsonNode reconciled(String reason, boolean repair) throws IOException, InterruptedException {
        Reply started = pilot.command("reconcile", Map.of("reason", reason, "repair", repair, "dryRun", false));
        return pilot.job(started.body().path("job").asString(), STEP).path("results");
    }

    private void shadowFindsTheRoundingBug() throws IOException, InterruptedException {
        world.modernDefects("{\"rounding\": true}");
        voice.act("Shadow read: answers of both sides are compared, clients get legacy's");
        moved(pilot.advance("compare answers", STEP));
        pilot.await(
                "a difference", SETTLE, slice -> slice.path("differenceRate").asDouble(0) > 0);
        Thread.sleep(Duration.ofSeconds(3));
        JsonNode diffs = pilot.get("/diffs?slice=" + DemoPilot.SLICE).path("items");
        expect(diffs.size() == 1, "expected one signature for the rounding bug, found " + diffs.size() + ": " + diffs);
        JsonNode only = diffs.get(0);
        voice.tell(
                "one signature for %d differing answers: %s",
                only.path("count").asLong(), only.path("signature").asString());
        JsonNode instance = pilot.get("/diffs/" + only.path("id").asString())
                .path("instances")
                .path(0)
                .path("paths")
                .path(0);
        voice.tell(
                "for instance %s: legacy %s, modern %s",
                instance.path("path").asString(),
                instance.path("legacy").asString(),
                instance.path("modern").asString());
        Set<String> refused = pilot.refusedGates("must be refused");
        expect(
                refused.stream().anyMatch(gate -> gate.startsWith("differences")),
                "the differences did not stop the advance, only " + refused);
        voice.tell("the next step is refused by %s", refused);
        world.modernDefects("{\"rounding\": false}");
        pilot.command("forget-differences", Map.of("reason", "modern's rounding is fixed"));
        voice.tell("modern's rounding is fixed; the burn-in begins anew");
    }

    private void readsCrossAndAreRolledBackOnce() throws IOException, InterruptedException {
        voice.act("Read cutover: 1 % → 10 % → 50 %, then modern gets slow");
        String reason = "modern's answers are equal";
        moved(pilot.advance(reason, STEP));
        moved(pilot.advance(reason, STEP));
        moved(pilot.advance(reason, STEP));
        voice.tell("modern now takes 400 ms longer for each answer");
        world.modernDefects("{\"latencyMs\": 400}");
        JsonNode back = pilot.await(
                "the watch", STEP, slice -> !slice.path("phase").asString().equals("READ_CUTOVER"));
        JsonNode last = pilot.get("/slices/" + DemoPilot.SLICE + "/history")
                .path("items")
                .path(0);
        voice.tell(
                "the watch rolled back to %s: %s",
                back.path("phase").asString(), last.path("reason").asString());
        world.modernDefects("{\"latencyMs\": 0}");
        voice.tell("modern is quick again; once more from the start of the ramp");
        for (JsonNode slice = pilot.slice(); !atFullRamp(slice, "READ_CUTOVER"); slice = pilot.slice()) {
            moved(pilot.advance("modern is quick again", STEP));
        }
    }

    private void rehearse(String when) throws IOException, InterruptedException {
        voice.act("Rehearsal " + when);
        Reply rehearsal = pilot.command("rehearse", Map.of("reason", when, "cohort", "1%"));
        String job = rehearsal.body().path("job").asString("");
        if (!job.isEmpty()) {
            pilot.job(job, STEP);
        }
        voice.tell("%s", rehearsal.message());
    }

    private void writesCross() throws IOException, InterruptedException {
        voice.act("Write cutover: authority is handed over, cohort by cohort, then for all");
        while (!atFullRamp(pilot.slice(), "WRITE_CUTOVER")) {
            moved(pilot.advance("hand over write authority", STEP));
            JsonNode last = pilot.get("/slices/" + DemoPilot.SLICE + "/history")
                    .path("items")
                    .path(0);
            long stall = last.path("stallMs").asLong(0);
            longestStallMs = Math.max(longestStallMs, stall);
            voice.tell("writes were held for %d ms", stall);
        }
    }

    private void legacyOffAndBackOnce() throws IOException, InterruptedException {
        rehearse("before legacy's writes end");
        voice.act("Legacy off: legacy gets no more writes, what it misses is kept as a gap");
        moved(pilot.advance("legacy's writes end", STEP));
        pilot.await(
                "a gap worth replaying",
                SETTLE,
                slice -> slice.path("backlog").path("gap").asLong() > 30);
        voice.tell(
                "a gap of %d writes; now back, on purpose",
                pilot.slice().path("backlog").path("gap").asLong());
        pilot.command("back", Map.of("reason", "prove that there is a way back"));
        JsonNode back = pilot.await(
                "the way back", STEP, slice -> slice.path("phase").asString().equals("WRITE_CUTOVER"));
        voice.tell("back in %s, the gap is replayed", back.path("phase").asString());
        compareStores();
        voice.act("Legacy off again, for good");
        gapSinceNanos = System.nanoTime();
        moved(pilot.advance("the way back is proved", STEP));
    }

    /** With clients paused and everything delivered, both stores must be equal: looked at past gateway and services. */
    private void compareStores() throws IOException, InterruptedException {
        expect(load.pause(SETTLE), "the clients did not come to rest");
        pilot.await("the last deliveries", SETTLE, slice -> backlog(slice) == 0);
        AuditResult result = HistoryAudit.audit(
                load.history(),
                OrderStoreReader.legacy(world.legacyJdbc()),
                OrderStoreReader.modern(world.modernJdbc()),
                AuditScope.of(AuditScope.Authority.MODERN).withBatch(batchTouched, batchEndedNanos));
        diverged = result.diverged();
        voice.tell(
                "independent look at both stores: %,d orders compared, %d diverged, %d lost, %d doubled",
                result.compared(), result.diverged(), result.lost(), result.doubled());
        result.findings().stream().limit(5).forEach(finding -> voice.tell("  %s", finding));
        load.resume();
    }

    private void retire() throws IOException, InterruptedException {
        voice.act("Retire: after the bake window nothing needs legacy any more");
        moved(pilot.advance("the bake window is over", Duration.ofSeconds(60)));
        JsonNode certificate = pilot.get("/certificate");
        voice.tell("removal certificate: %s", certificate.path("message").asString());
    }

    private DemoReport audited() throws IOException, InterruptedException {
        voice.act("The audit: what clients were told, against what the stores hold");
        expect(load.pause(SETTLE), "the clients did not come to rest");
        LoadCounts counts = load.counts();
        AuditResult result = HistoryAudit.audit(
                load.history(),
                OrderStoreReader.legacy(world.legacyJdbc()),
                OrderStoreReader.modern(world.modernJdbc()),
                AuditScope.of(AuditScope.Authority.MODERN)
                        .withBatch(batchTouched, batchEndedNanos)
                        .withGapSince(gapSinceNanos));
        List<String> lines = new ArrayList<>();
        result.findings().stream().limit(10).forEach(finding -> lines.add(finding.toString()));
        lines.forEach(line -> voice.tell("  %s", line));
        counts.errors().forEach(error -> voice.tell("  client error: %s", error));
        String phase = pilot.phase();
        return new DemoReport(
                result.acknowledged(),
                result.lost(),
                result.doubled(),
                Math.max(diverged, result.diverged()),
                counts.clientErrors(),
                longestStallMs,
                phase,
                Math.round(voice.seconds() * 10) / 10.0);
    }

    private void runNightlyJob() throws IOException, InterruptedException {
        ChildProcess batch = ChildProcess.start(
                "batch",
                world.folder(),
                64,
                "dev.bailey.examples.orders.batch.BatchMain",
                List.of("--db", "legacy.db", "--count", "40", "--seed", "" + seed));
        batch.awaitEnd(SETTLE);
        batchEndedNanos = System.nanoTime();
        batch.lastLines().lines().filter(line -> line.startsWith("ids ")).forEach(line -> {
            for (String id : line.substring("ids ".length()).split(" ")) {
                batchTouched.add(Long.parseLong(id));
            }
        });
        expect(!batchTouched.isEmpty(), "the nightly job touched nothing:\n" + batch.lastLines());
        voice.tell("the nightly job has written %d orders straight into legacy's database", batchTouched.size());
    }

    private void moved(JsonNode slice) {
        String ramp = slice.path("rampHundredths").asInt() > 0
                ? " " + slice.path("ramp").asString()
                : "";
        voice.tell(
                "%s%s (epoch %d)",
                slice.path("phase").asString(), ramp, slice.path("epoch").asLong());
    }

    private static boolean atFullRamp(JsonNode slice, String phase) {
        return slice.path("phase").asString().equals(phase)
                && slice.path("rampHundredths").asInt() == 10_000;
    }

    private static long backlog(JsonNode slice) {
        return slice.path("backlog").path("undelivered").asLong();
    }

    private long backfilled() {
        return job("backfill").path("done").asLong();
    }

    private boolean isDone(String kind) {
        return job(kind).path("state").asString().equals("done");
    }

    private JsonNode job(String kind) {
        try {
            for (JsonNode job : pilot.get("/jobs").path("items")) {
                if (job.path("kind").asString().equalsIgnoreCase(kind)) {
                    return job;
                }
            }
        } catch (IOException unreachable) {
            throw new DemoFailure("the jobs could not be read: " + unreachable.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted");
        }
        return tools.jackson.databind.node.MissingNode.getInstance();
    }

    private static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new DemoFailure(otherwise);
        }
    }
}
