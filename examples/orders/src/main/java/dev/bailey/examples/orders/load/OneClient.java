package dev.bailey.examples.orders.load;

import dev.bailey.examples.orders.legacy.LegacyContract;
import dev.bailey.examples.orders.load.HttpLink.Reply;
import dev.bailey.examples.orders.load.LoadCounts.StaleRead;
import dev.bailey.examples.orders.load.Operation.Kind;
import dev.bailey.examples.orders.load.Operation.Told;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.SampleOrders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One client: it alone writes its orders, one operation at a time, and tries again as a careful client would. Not thread-safe. */
final class OneClient implements Runnable {

    private static final String PATH = "/api/orders";
    private static final Set<Integer> AGAIN = Set.of(502, 503, 504);
    private static final String BATCH_REF = "batch-";
    private static final long FIRST_WAIT_MS = 20;
    private static final long LONGEST_WAIT_MS = 400;

    private final int number;
    private final LoadSettings settings;
    private final Pace pace;
    private final Tally tally;
    private final BooleanSupplier explained;
    private final LongSupplier nanoTime;
    private final SplittableRandom random;
    private final SampleOrders sample;
    private final LegacyContract contract = new LegacyContract();
    private final List<Long> own = new ArrayList<>();
    /** By own order: the reference its next read must show; empty text means it must be absent; no entry means anything goes. */
    private final Map<Long, String> expected = new HashMap<>();

    private long turn;

    OneClient(
            int number,
            LoadSettings settings,
            Pace pace,
            Tally tally,
            BooleanSupplier explained,
            LongSupplier nanoTime) {
        this.number = number;
        this.settings = settings;
        this.pace = pace;
        this.tally = tally;
        this.explained = explained;
        this.nanoTime = nanoTime;
        this.random = new SplittableRandom(settings.seed() * 1_000_003 + number);
        this.sample = new SampleOrders(random);
        for (long id = 1; id <= settings.orders(); id++) {
            if (id % settings.clients() == number) {
                own.add(id);
            }
        }
    }

    @Override
    public void run() {
        try (HttpLink link = new HttpLink(settings.gateways(), number, settings.timeout(), nanoTime)) {
            while (pace.turn()) {
                try {
                    operate(link);
                } finally {
                    pace.done();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void operate(HttpLink link) throws InterruptedException {
        int share = random.nextInt(100);
        if (own.isEmpty()) {
            post(link);
            return;
        }
        if ((share -= settings.putPercent()) < 0) {
            put(link, ownOrder());
        } else if ((share -= settings.postPercent()) < 0) {
            post(link);
        } else if ((share -= settings.deletePercent()) < 0) {
            delete(link, ownOrder());
        } else if ((share -= settings.listPercent()) < 0) {
            read(link, PATH + "?limit=10&customer=" + sample.customer(), Set.of(200));
        } else if (random.nextInt(3) == 0) {
            readOwn(link, ownOrder());
        } else {
            read(link, PATH + "/" + (1 + random.nextInt(settings.orders())), Set.of(200, 404));
        }
    }

    /** Own orders are not chosen evenly: some are written again and again. */
    private long ownOrder() {
        double choice = random.nextDouble();
        return own.get((int) (own.size() * choice * choice));
    }

    private void readOwn(HttpLink link, long id) throws InterruptedException {
        Reply reply = read(link, PATH + "/" + id, Set.of(200, 404));
        String wanted = expected.get(id);
        if (reply == null || wanted == null) {
            return;
        }
        String seen = reply.status() == 404 ? "" : refOf(reply.body());
        if (!seen.equals(wanted) && !seen.startsWith(BATCH_REF)) {
            tally.stale(new StaleRead(id, wanted, seen));
        }
    }

    private static String refOf(byte[] body) {
        try {
            return JsonMapper.shared().readTree(body).path("ref").asString("");
        } catch (JacksonException broken) {
            return "not JSON";
        }
    }

    private @Nullable Reply read(HttpLink link, String path, Set<Integer> fine) throws InterruptedException {
        long start = nanoTime.getAsLong();
        boolean excused = explained.getAsBoolean();
        Attempts attempts = attempt(link, "GET", path, null, null, start);
        tally.read(nanoTime.getAsLong() - start);
        Reply reply = attempts.reply;
        if (reply == null || !fine.contains(reply.status())) {
            tally.error("GET " + path + ": " + attempts.last(), excused || explained.getAsBoolean());
            return null;
        }
        if (attempts.count > 1) {
            tally.recovered();
        }
        return reply;
    }

    private void put(HttpLink link, long id) throws InterruptedException {
        String ref = nextRef();
        Order wanted = sample.next(id, ref);
        write(link, Kind.PUT, "PUT", PATH + "/" + id, id, wanted, ref);
    }

    private void post(HttpLink link) throws InterruptedException {
        String ref = nextRef();
        write(link, Kind.POST, "POST", PATH, 0, sample.next(0, ref), ref);
    }

    private void delete(HttpLink link, long id) throws InterruptedException {
        write(link, Kind.DELETE, "DELETE", PATH + "/" + id, id, null, nextRef());
    }

    private String nextRef() {
        turn++;
        return "w" + settings.seed() + "-" + number + "-" + turn;
    }

    private void write(
            HttpLink link, Kind kind, String method, String path, long id, @Nullable Order wanted, String ref)
            throws InterruptedException {
        long start = nanoTime.getAsLong();
        boolean excused = explained.getAsBoolean();
        Attempts attempts = attempt(link, method, path, ref, wanted == null ? null : body(wanted), start);
        Told told = told(attempts);
        long entity = id;
        if (kind == Kind.POST && told instanceof Told.Acknowledged && attempts.reply != null) {
            entity = idOf(attempts.reply.body());
            if (entity > 0) {
                own.add(entity);
            } else {
                told = new Told.Unknown("acknowledged without an id");
            }
        }
        if (told instanceof Told.Acknowledged) {
            expected.put(entity, wanted == null ? "" : ref);
            if (attempts.count > 1) {
                tally.recovered();
            }
        } else {
            expected.remove(entity);
            if (settings.leavesUnknownAlone() && told instanceof Told.Unknown) {
                own.remove(Long.valueOf(entity));
            }
            tally.error(method + " " + path + ": " + attempts.last(), excused || explained.getAsBoolean());
        }
        tally.wrote(new Operation(
                ref,
                kind,
                entity,
                wanted == null ? null : wanted.withId(entity),
                told,
                attempts.count,
                turn,
                start,
                nanoTime.getAsLong()));
    }

    private static Told told(Attempts attempts) {
        Reply reply = attempts.reply;
        if (reply != null && reply.status() >= 200 && reply.status() < 300) {
            String side = reply.header("x-bailey-side");
            return new Told.Acknowledged(reply.status(), side == null ? "" : side);
        }
        // A refusal speaks for itself only: an earlier attempt may have been carried out all the same.
        if (reply != null && reply.status() < 500 && attempts.count == 1) {
            return new Told.Rejected(reply.status());
        }
        return new Told.Unknown(attempts.last());
    }

    private static long idOf(byte[] body) {
        try {
            JsonNode id = JsonMapper.shared().readTree(body).path("id");
            return id.isNumber() ? id.asLong() : 0;
        } catch (JacksonException broken) {
            return 0;
        }
    }

    private byte[] body(Order wanted) {
        ObjectNode document = contract.write(wanted);
        document.remove(List.of("id", "totalCents", "version"));
        return JsonMapper.shared().writeValueAsBytes(document);
    }

    /** What became of one operation's attempts; no reply when the last of them failed without one. */
    private static final class Attempts {
        int count;

        @Nullable
        Reply reply;

        String failure = "";

        String last() {
            Reply answered = reply;
            return (answered == null ? failure : "status " + answered.status()) + " after " + count + " attempts";
        }
    }

    private Attempts attempt(
            HttpLink link, String method, String path, @Nullable String key, byte @Nullable [] body, long start)
            throws InterruptedException {
        Attempts attempts = new Attempts();
        long wait = FIRST_WAIT_MS;
        while (true) {
            attempts.count++;
            String cause;
            try {
                Reply reply = link.send(method, path, key, body);
                attempts.reply = reply;
                boolean inProgress = reply.status() == 409 && reply.header("retry-after") != null;
                if (!AGAIN.contains(reply.status()) && !inProgress) {
                    return attempts;
                }
                cause = Integer.toString(reply.status());
            } catch (IOException cut) {
                attempts.reply = null;
                attempts.failure = "cut: " + cut;
                cause = "cut";
            }
            if (nanoTime.getAsLong() - start > settings.retryFor().toNanos()) {
                return attempts;
            }
            tally.failedAttempt(cause);
            link.elsewhere();
            Thread.sleep(wait / 2 + random.nextLong(wait / 2 + 1));
            wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        }
    }
}
