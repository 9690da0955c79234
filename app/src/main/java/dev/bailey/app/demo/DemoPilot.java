package dev.bailey.app.demo;

import dev.bailey.app.demo.DemoApi.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Walks the slice along the bridge as an operator would: looks at the gates, waits for them, takes the step. */
final class DemoPilot {

    static final String SLICE = "orders";
    private static final int CONFLICT = 409;
    private static final Duration BUSY = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final DemoApi operator;
    private final DemoApi secondPerson;
    private final DemoVoice voice;

    /** @param secondPerson another person's token, who approves what the operator asks for */
    DemoPilot(DemoApi operator, DemoApi secondPerson, DemoVoice voice) {
        this.operator = operator;
        this.secondPerson = secondPerson;
        this.voice = voice;
    }

    JsonNode slice() throws IOException, InterruptedException {
        Reply reply = operator.get("/status");
        if (!reply.isDone()) {
            throw new DemoFailure("status answered " + reply.status() + ": " + reply.message());
        }
        for (JsonNode slice : reply.body().path("slices")) {
            if (slice.path("name").asString().equals(SLICE)) {
                return slice;
            }
        }
        throw new DemoFailure("no slice " + SLICE + " in " + reply.body());
    }

    String phase() throws IOException, InterruptedException {
        return slice().path("phase").asString();
    }

    /** Waits for a condition on the slice, telling what is seen meanwhile. */
    JsonNode await(String what, Duration limit, Predicate<JsonNode> condition)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        JsonNode slice = slice();
        while (!condition.test(slice)) {
            if (System.nanoTime() > until) {
                throw new DemoFailure("waited " + limit.toSeconds() + " s for " + what + "; the slice says: "
                        + slice.path("message").asString() + blocking(slice) + gates());
            }
            voice.progress("%s: %s%s", what, slice.path("message").asString(), blocking(slice));
            Thread.sleep(POLL);
            slice = slice();
        }
        return slice;
    }

    /**
     * To where writes are carried to both sides and all is copied; held there, because faults made on purpose would rightly make
     * the watch take the slice back.
     */
    void carryWritesAndStay(String why, Duration limit) throws IOException, InterruptedException {
        for (String phase : new String[] {"DUAL_WRITE", "BACKFILL"}) {
            advance("to " + phase, limit);
        }
        await(
                "the backfill",
                limit,
                slice -> !slice.path("next").path("blocking").toString().contains("backfill"));
        command("hold", Map.of("reason", why, "held", true));
    }

    /** Waits until everything is delivered. */
    void awaitDelivered(Duration limit) throws IOException, InterruptedException {
        await(
                "the last deliveries",
                limit,
                slice -> slice.path("backlog").path("undelivered").asLong() == 0);
    }

    /** One step forward, as soon as every gate passes; a second person's approval is asked for and given where it is needed. */
    JsonNode advance(String reason, Duration limit) throws IOException, InterruptedException {
        JsonNode before = slice();
        long until = System.nanoTime() + limit.toNanos();
        while (true) {
            Reply reply = operator.post("/slices/" + SLICE + "/advance", Map.of("reason", reason, "force", false));
            if (reply.isDone()) {
                approved(reply, reason);
                return slice();
            }
            if (System.nanoTime() > until) {
                throw new DemoFailure("no advance from " + before.path("phase").asString() + " within "
                        + limit.toSeconds() + " s: " + reply.message() + gates());
            }
            voice.progress("waiting for the gates: %s", reply.message());
            Thread.sleep(POLL);
        }
    }

    /** Tries a step that must be refused; gives the labels of the gates that refused it. */
    Set<String> refusedGates(String reason) throws IOException, InterruptedException {
        Reply reply = operator.post("/slices/" + SLICE + "/advance", Map.of("reason", reason, "force", false));
        if (reply.isDone()) {
            throw new DemoFailure("the step was taken, and should have been refused: " + reply.message());
        }
        Set<String> refused = new TreeSet<>();
        for (JsonNode gate : reply.body().path("gates")) {
            if (!gate.path("verdict").asString().equals("pass")) {
                refused.add(gate.path("gate").asString() + " "
                        + gate.path("verdict").asString());
            }
        }
        return refused;
    }

    /** Any other command on the slice; fails when it is refused. */
    Reply command(String verb, Map<String, ?> body) throws IOException, InterruptedException {
        Reply reply = operator.post("/slices/" + SLICE + "/" + verb, body);
        for (long until = System.nanoTime() + BUSY.toNanos();
                reply.status() == CONFLICT && System.nanoTime() < until; ) {
            voice.progress("%s: %s", verb, reply.message());
            Thread.sleep(POLL);
            reply = operator.post("/slices/" + SLICE + "/" + verb, body);
        }
        if (!reply.isDone()) {
            throw new DemoFailure(verb + " was refused: " + reply.message() + gates());
        }
        approved(reply, String.valueOf(body.get("reason")));
        return reply;
    }

    /** Waits for a job and gives its last record. */
    JsonNode job(String id, Duration limit) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode job = operator.get("/jobs/" + id).body();
            String state = job.path("state").asString();
            if (state.equals("done")) {
                return job;
            }
            if (state.equals("failed") || state.equals("cancelled") || System.nanoTime() > until) {
                throw new DemoFailure("job " + id + " is " + state + ": "
                        + job.path("message").asString());
            }
            voice.progress(
                    "%s: %d of %s, %.0f/s",
                    job.path("kind").asString(),
                    job.path("done").asLong(),
                    job.path("total").asString("?"),
                    job.path("rate").asDouble());
            Thread.sleep(POLL);
        }
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return operator.get(path).body();
    }

    private void approved(Reply reply, String reason) throws IOException, InterruptedException {
        String approval = reply.body().path("approval").asString("");
        if (approval.isEmpty()) {
            return;
        }
        voice.tell("asked a second person: %s", reply.message());
        Reply granted = secondPerson.post(
                "/approvals/" + approval + "/approve", Map.of("reason", "seen and agreed: " + reason));
        if (!granted.isDone()) {
            throw new DemoFailure("the approved step was refused: " + granted.message() + gates());
        }
    }

    private static String blocking(JsonNode slice) {
        JsonNode blocking = slice.path("next").path("blocking");
        return blocking.isEmpty() ? "" : " (waits for " + blocking + ")";
    }

    private String gates() throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        JsonNode gates = operator.get("/slices/" + SLICE + "/gates").body();
        for (JsonNode gate : gates.path("entering")) {
            text.append("\n      ")
                    .append(gate.path("verdict").asString())
                    .append(' ')
                    .append(gate.path("gate").asString())
                    .append(": ")
                    .append(gate.path("message").asString());
        }
        return text.toString();
    }
}
