package dev.bailey.app.demo;

import dev.bailey.app.demo.DemoApi.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/**
 * Moves write authority forward and back as an operator would who knows nothing of the faults: asks, and takes a no for an
 * answer. It stays between {@code READ_CUTOVER} and the full ramp of {@code WRITE_CUTOVER}. Thread-safe.
 */
final class SliceMoves {

    private static final int MAX_WORDS = 160;
    private static final Duration RECONCILE_LIMIT = Duration.ofSeconds(30);
    private static final String WRITE_CUTOVER = "WRITE_CUTOVER";

    private static final String PATH = "/slices/" + DemoPilot.SLICE;
    private static final Duration POLL = Duration.ofMillis(200);

    /** Gates that look at answers and their times. */
    private static final Set<String> TRAFFIC =
            Set.of("differences", "coverage", "latency", "errors", "reads-modern", "approved");

    private final DemoApi api;
    private final DemoApi secondPerson;
    private final DemoPilot pilot;
    private final AtomicLong moved = new AtomicLong();

    SliceMoves(DemoApi api, DemoApi secondPerson, DemoPilot pilot) {
        this.api = api;
        this.secondPerson = secondPerson;
        this.pilot = pilot;
    }

    /** Makes one move; what came of it in words. */
    String make(FaultKind kind) throws InterruptedException {
        try {
            JsonNode slice = pilot.slice();
            return kind == FaultKind.RECONCILE ? reconciled(slice) : moved(slice, kind);
        } catch (IOException unreachable) {
            return "not asked, the gateway does not answer: "
                    + unreachable.getClass().getSimpleName();
        } catch (DemoFailure refused) {
            return shortened(String.valueOf(refused.getMessage()));
        }
    }

    private String moved(JsonNode slice, FaultKind kind) throws IOException, InterruptedException {
        boolean writing = slice.path("phase").asString().equals(WRITE_CUTOVER);
        boolean full = slice.path("rampHundredths").asInt() == 10_000;
        boolean back = writing && (kind == FaultKind.BACK || full);
        Reply reply = back ? api.post(PATH + "/back", Map.of("reason", "there and back")) : forward("there and back");
        String way = back ? "back" : "forward";
        if (!reply.isDone()) {
            Set<String> closed = closed(reply);
            return way + " refused" + (closed.isEmpty() ? ": " + shortened(reply.message()) : " by " + closed);
        }
        moved.incrementAndGet();
        return way + " from " + at(slice) + " to " + at(pilot.slice());
    }

    /**
     * Asks for a step forward. Where nothing but gates of traffic is in its way, which faults close rightly, two persons skip
     * those: what is undelivered, parked, owed or different between the stores is never skipped.
     */
    private Reply forward(String reason) throws IOException, InterruptedException {
        Reply reply = api.post(PATH + "/advance", Map.of("reason", reason, "force", false));
        Set<String> closed = closed(reply);
        if (reply.isDone() || closed.isEmpty() || !TRAFFIC.containsAll(closed)) {
            return reply;
        }
        Reply forced = api.post(PATH + "/advance", Map.of("reason", reason, "force", true));
        String approval = forced.body().path("approval").asString("");
        return approval.isEmpty()
                ? forced
                : secondPerson.post("/approvals/" + approval + "/approve", Map.of("reason", "seen and agreed"));
    }

    /** Gates that refused a step. */
    private static Set<String> closed(Reply reply) {
        Set<String> closed = new TreeSet<>();
        for (JsonNode gate : reply.body().path("gates")) {
            if (!gate.path("verdict").asString().equals("pass")) {
                closed.add(gate.path("gate").asString());
            }
        }
        return closed;
    }

    /** How often write authority was moved by {@link #make}. */
    long moved() {
        return moved.get();
    }

    /** Steps forward until a place is reached, where nothing is broken on purpose yet. */
    void climb(String phase, int rampHundredths, Duration limit) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        String refused = "";
        for (JsonNode slice = pilot.slice();
                !slice.path("phase").asString().equals(phase)
                        || slice.path("rampHundredths").asInt() < rampHundredths;
                slice = pilot.slice()) {
            if (System.nanoTime() > until) {
                throw new DemoFailure("the slice is at " + at(slice) + " after " + limit.toSeconds() + " s (expected "
                        + phase + "): " + refused);
            }
            Reply reply = forward("towards the write cutover");
            if (!reply.isDone()) {
                refused = reply.message();
                Thread.sleep(POLL);
            }
        }
    }

    private String reconciled(JsonNode slice) throws IOException, InterruptedException {
        if (!owes(slice)) {
            return "nothing is owed";
        }
        return "repaired " + pay(RECONCILE_LIMIT);
    }

    /** Whether it owes a reconcile, or a reconcile has found what is still to be repaired. */
    static boolean owes(JsonNode slice) {
        return slice.path("debts").asLong() > 0 || slice.path("divergences").asLong(0) > 0;
    }

    /** Reconciles and repairs, again where something never held still; how much was repaired. */
    long pay(Duration limit) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        long repaired = 0;
        while (true) {
            String job;
            try {
                job = pilot.command(
                                "reconcile",
                                Map.of("reason", "pay what the faults left owed", "repair", true, "dryRun", false))
                        .body()
                        .path("job")
                        .asString();
            } catch (DemoFailure refused) { // as while the one runs that Bailey has begun by itself
                if (System.nanoTime() > until) {
                    throw refused;
                }
                Thread.sleep(POLL);
                if (!owes(pilot.slice())) {
                    return repaired;
                }
                continue;
            }
            try {
                return repaired + repaired(pilot.job(job, Duration.ofNanos(until - System.nanoTime())));
            } catch (DemoFailure failed) {
                if (System.nanoTime() > until) {
                    throw failed;
                }
                repaired += repaired(pilot.get("/jobs/" + job));
                Thread.sleep(POLL);
            }
        }
    }

    private static long repaired(JsonNode job) {
        return job.path("results").path("repaired").asLong();
    }

    /** All the way back, until legacy has write authority over everything. */
    void handBack(Duration limit) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        String refused = "";
        for (JsonNode slice = pilot.slice();
                slice.path("phase").asString().equals(WRITE_CUTOVER);
                slice = pilot.slice()) {
            if (System.nanoTime() > until) {
                throw new DemoFailure("authority did not come back within " + limit.toSeconds() + " s, it is at "
                        + at(slice) + ": " + refused);
            }
            Reply reply = api.post(PATH + "/back", Map.of("reason", "the faults are over"));
            if (!reply.isDone()) {
                refused = reply.message();
                Thread.sleep(POLL);
            }
        }
    }

    static String at(JsonNode slice) {
        return slice.path("phase").asString()
                + (slice.path("rampHundredths").asInt() > 0
                        ? " " + slice.path("ramp").asString()
                        : "");
    }

    private static String shortened(String words) {
        String line = words.lines().findFirst().orElse("");
        return line.length() <= MAX_WORDS ? line : line.substring(0, MAX_WORDS - 1) + "…";
    }
}
