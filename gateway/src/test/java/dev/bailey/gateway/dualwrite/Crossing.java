package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.WritePath.Admission;
import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.sqlite.SqliteJournal;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.testkit.FaultyJournal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A crossing of two item services, with the write path between, that can die and start again on the same journal. */
final class Crossing implements AutoCloseable {

    static final SliceName ITEMS = new SliceName("items");
    /** Long enough that nothing times out by itself. */
    static final Duration PATIENT = Duration.ofSeconds(20);

    static final Duration SHORT = Duration.ofMillis(300);
    private static final AtomicInteger IDS = new AtomicInteger();

    final Duration timeout;
    final ItemService legacy;
    final ItemService modern;
    final AtomicReference<Snapshot> current;
    final ConcurrentLinkedQueue<String> debts = new ConcurrentLinkedQueue<>();
    final AtomicInteger refreshes = new AtomicInteger();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final GatewaySpec bounds;
    final Path file;
    final EndingLease lease = new EndingLease();
    volatile boolean debtsFail;
    volatile Refresher.@Nullable Refreshed refreshAnswer;
    volatile Runnable beforeRefreshWrites = () -> {};
    private volatile Node node;
    private int settingsUndelivered = 100_000;

    /** One life of the gateway. */
    final class Node {
        final GroupJournal file;
        final FaultyJournal journal;
        final DualWrite writes;
        volatile boolean dead;

        Node() {
            file = SqliteJournal.open(
                    Crossing.this.file,
                    SqliteJournalSettings.defaults().withUndeliveredPerSlice(settingsUndelivered),
                    InstantSource.system());
            journal = new FaultyJournal(file);
            writes = DualWrite.open(new DualWriteConfig(
                    current::get,
                    journal,
                    new Sides(this),
                    new MintedKeys(),
                    Crossing.this::refresh,
                    (slice, since, reason) -> !debtsFail && debts.add(slice + ": " + reason),
                    bounds,
                    () -> new RecordId("r" + IDS.incrementAndGet()),
                    InstantSource.system(),
                    new Random(1),
                    lease,
                    meters));
        }

        /** One of several over the same journal. */
        Node(GroupJournal shared, Sharing sharing, WriteLease own) {
            file = shared;
            journal = new FaultyJournal(file);
            writes = DualWrite.openAmongOthers(
                    new DualWriteConfig(
                            current::get,
                            journal,
                            new Sides(this),
                            new MintedKeys(),
                            Crossing.this::refresh,
                            (slice, since, reason) -> !debtsFail && debts.add(slice + ": " + reason),
                            bounds,
                            () -> new RecordId("r" + IDS.incrementAndGet()),
                            InstantSource.system(),
                            new Random(1),
                            own,
                            new SimpleMeterRegistry()),
                    Scheduler.system(),
                    sharing);
        }

        /** What a client of this node gets to know. */
        Told write(String method, String target, String body) throws InterruptedException {
            Admission admission = admit(this, method, target, body, null, true);
            return admission instanceof Refused refused
                    ? new Told(Told.What.REFUSED, refused.status(), "", Optional.empty(), null)
                    : forward(this, (Admitted) admission, method, target, body);
        }

        /** It dies: nothing more is written or sent. */
        void die() {
            dead = true;
            journal.fail();
            writes.crash();
            file.close();
        }

        void close() {
            if (!dead) {
                writes.close();
                file.close();
            }
        }
    }

    Crossing(Path folder, WritesSpec writes, Phase phase) {
        this(folder, writes, phase, PATIENT, GatewaySpec.DEFAULTS);
    }

    Crossing(Path folder, WritesSpec writes, Phase phase, Duration timeout, GatewaySpec bounds) {
        this.timeout = timeout;
        this.legacy = new ItemService("L", timeout.toMillis() * 3 / 2);
        this.modern = new ItemService("M", timeout.toMillis() * 3 / 2);
        this.file = folder.resolve("journal.db");
        this.bounds = bounds;
        MigrationSpec spec = spec(writes);
        SliceState state = SliceState.first(ITEMS);
        current = new AtomicReference<>(Snapshot.of(spec, List.of(state.moved(phase, Ramp.NONE, Set.of()))));
        node = new Node();
    }

    static WritesSpec replay() {
        return new WritesSpec(
                WritesSpec.Replicate.REPLAY,
                WritesSpec.Idempotency.HEADER,
                "Idempotency-Key",
                WritesSpec.Ack.ASYNC,
                Duration.ofMillis(500),
                WritesSpec.OnReject.PARK,
                WritesSpec.OnJournalFull.REFUSE,
                Optional.empty());
    }

    static WritesSpec with(
            WritesSpec of, WritesSpec.Replicate replicate, WritesSpec.Idempotency idempotency, WritesSpec.Ack ack) {
        return new WritesSpec(
                replicate,
                idempotency,
                of.idempotencyHeader(),
                ack,
                of.ackLimit(),
                of.onReject(),
                of.onJournalFull(),
                of.compensate());
    }

    static WritesSpec with(WritesSpec of, WritesSpec.OnReject onReject, WritesSpec.OnJournalFull onFull) {
        return new WritesSpec(
                of.replicate(),
                of.idempotency(),
                of.idempotencyHeader(),
                of.ack(),
                of.ackLimit(),
                onReject,
                onFull,
                Optional.of(new WritesSpec.Compensation("DELETE", "/items/{key}")));
    }

    static WritesSpec refresh() {
        return with(replay(), WritesSpec.Replicate.REFRESH, WritesSpec.Idempotency.HEADER, WritesSpec.Ack.ASYNC);
    }

    private MigrationSpec spec(WritesSpec writes) {
        EntitySource path = new EntitySource(EntitySource.Kind.PATH, "id");
        EntitySource minted = new EntitySource(EntitySource.Kind.RESPONSE, "/id");
        List<RouteSpec> routes = List.of(
                route("PUT", "/items/{id}", path),
                route("DELETE", "/items/{id}", path),
                route("POST", "/items/{id}/add", path),
                route("POST", "/items", minted));
        SliceSpec slice = new SliceSpec(
                ITEMS,
                SliceKind.STATEFUL,
                routes,
                TranslateSpec.NONE,
                writes,
                Optional.empty(),
                ShadowSpec.DEFAULTS,
                CompareSpec.DEFAULTS,
                RampSpec.DEFAULTS,
                List.of(),
                Set.of(),
                Set.of(),
                new LimitsSpec(timeout, 50, 100, Duration.ofSeconds(1), Map.of()),
                GatesSpec.DEFAULTS);
        return new MigrationSpec(
                "items",
                "team",
                LocalDate.of(2027, 1, 1),
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                "embedded",
                new ServiceSpec(legacy.url(), Optional.empty(), List.of(), Optional.empty()),
                new ServiceSpec(modern.url(), Optional.empty(), List.of(), Optional.empty()),
                List.of(slice),
                bounds);
    }

    private static RouteSpec route(String method, String path, EntitySource entity) {
        return new RouteSpec(method, path, "", Map.of(), Map.of(), entity, MissingKey.LEGACY, true);
    }

    Node node() {
        return node;
    }

    DualWrite writes() {
        return node.writes;
    }

    SliceState state() {
        return current.get().state(ITEMS);
    }

    void move(SliceState next) {
        current.set(current.get().with(next));
    }

    SliceState moved(Phase phase, Ramp ramp) {
        return state().moved(phase, ramp, Set.of());
    }

    ItemService side(Side side) {
        return side == Side.LEGACY ? legacy : modern;
    }

    /** The process dies: nothing more is written or sent, and whoever waits for an answer waits in vain. */
    void crash() {
        Node dying = node;
        dying.dead = true;
        dying.journal.fail();
        dying.writes.crash();
        dying.file.close();
    }

    void restart() {
        node = new Node();
    }

    /** What a client got to know. */
    record Told(
            What what,
            int status,
            String key,
            Optional<Settled> settled,
            @Nullable Side side) {
        enum What {
            DONE,
            REJECTED,
            REFUSED,
            UNKNOWN
        }

        boolean isDone() {
            return what == What.DONE;
        }
    }

    Told put(String id, String text) throws InterruptedException {
        return write("PUT", "/items/" + id, text, null);
    }

    Told add(String id, String text) throws InterruptedException {
        return write("POST", "/items/" + id + "/add", text, null);
    }

    Told delete(String id) throws InterruptedException {
        return write("DELETE", "/items/" + id, "", null);
    }

    Told write(String method, String target, String body, @Nullable String key) throws InterruptedException {
        return write(method, target, body, key, true);
    }

    /** What the gateway does with a write: admit, forward, settle. */
    Told write(String method, String target, String body, @Nullable String key, boolean bodyKept)
            throws InterruptedException {
        Node here = node;
        Admission admission = admit(here, method, target, body, key, bodyKept);
        if (admission instanceof Refused refused) {
            return new Told(Told.What.REFUSED, refused.status(), "", Optional.empty(), null);
        }
        return forward(here, (Admitted) admission, method, target, body);
    }

    Admission admit(Node here, String method, String target, String body, @Nullable String key, boolean bodyKept)
            throws InterruptedException {
        List<Header> headers = key == null ? List.of() : List.of(new Header("Idempotency-Key", key));
        RequestFacts facts = new Facts(method, target);
        RouteMatch match = Router.match(current.get(), facts);
        if (match == null) {
            throw new IllegalArgumentException("no route for " + method + " " + target);
        }
        byte[] kept = bodyKept ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
        return Tasks.await(here.writes.admit(new WriteRequest(match, facts, target, headers, kept, bodyKept)));
    }

    Told forward(Node here, Admitted admitted, String method, String target, String body) throws InterruptedException {
        String sent = admitted.idempotencyKey().orElse("");
        List<Header> headers = sent.isEmpty() ? List.of() : List.of(new Header("Idempotency-Key", sent));
        Side side = admitted.decision().side();
        BufferedAnswer answer = Tasks.await(new Sides(here)
                .send(
                        side,
                        new BufferedRequest(method, target, headers, body.getBytes(StandardCharsets.UTF_8)),
                        timeout,
                        1 << 20));
        Outcome outcome = outcome(answer, admitted);
        if (here.dead) {
            return new Told(Told.What.UNKNOWN, 0, sent, Optional.empty(), side);
        }
        Settled settled = Tasks.await(admitted.settle(outcome));
        return switch (outcome) {
            case Outcome.Applied applied ->
                new Told(Told.What.DONE, applied.status(), sent, Optional.of(settled), side);
            case Outcome.Rejected rejected ->
                new Told(Told.What.REJECTED, rejected.status(), sent, Optional.of(settled), side);
            case Outcome.Unknown _ -> new Told(Told.What.UNKNOWN, 0, sent, Optional.of(settled), side);
        };
    }

    private static Outcome outcome(BufferedAnswer answer, Admitted admitted) {
        return switch (answer) {
            case BufferedAnswer.Answered(int status, List<Header> _, byte[] body, Duration _)
            when status / 100 == 2 -> {
                Optional<EntityKey> entity = Optional.ofNullable(
                                admitted.decision().entity())
                        .or(() -> StoredRequest.at(body, "/id").map(EntityKey::new));
                yield new Outcome.Applied(status, entity, List.of(), body);
            }
            case BufferedAnswer.Answered answered
            when answered.status() / 100 == 4 -> new Outcome.Rejected(answered.status());
            case BufferedAnswer.Answered answered -> new Outcome.Unknown("answered " + answered.status());
            case BufferedAnswer.Failed failed when !failed.sent() -> new Outcome.Rejected(503);
            case BufferedAnswer.Failed failed ->
                new Outcome.Unknown(failed.cause().name());
        };
    }

    private Refresher.Refreshed refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        refreshes.incrementAndGet();
        Refresher.Refreshed scripted = refreshAnswer;
        if (scripted != null) {
            return scripted;
        }
        ItemService from = side(authority);
        ItemService to = side(authority.other());
        if (!from.isUp() || !to.isUp()) {
            return new Refresher.Refreshed.Unavailable("a store is down");
        }
        for (EntityKey key : keys) {
            String text = from.item(key.value());
            beforeRefreshWrites.run();
            to.put(key.value(), text);
        }
        return new Refresher.Refreshed.Done(keys.size());
    }

    /** A write whose client learns nothing when the process dies under it. */
    Told unlessDead(Node life, Callable<Told> write) throws InterruptedException {
        CompletableFuture<Told> told = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                told.complete(write.call());
            } catch (Exception e) {
                if (life.dead) {
                    told.complete(new Told(Told.What.UNKNOWN, 0, "", Optional.empty(), null));
                } else {
                    told.completeExceptionally(e);
                }
            }
        });
        while (true) {
            try {
                return told.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (life.dead) {
                    return told.getNow(new Told(Told.What.UNKNOWN, 0, "", Optional.empty(), null));
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    JournalRecord.Head record(String id) {
        return node.journal.find(new RecordId(id)).orElseThrow().head();
    }

    List<JournalRecord.Head> records(RecordState... states) {
        return node.journal.list(
                new JournalQuery(Optional.of(ITEMS), Set.of(states), Optional.empty(), Optional.empty(), 1_000));
    }

    long backlog() {
        return node.journal.stats(ITEMS).undelivered();
    }

    boolean isQuiet() {
        SliceWrites slice = node.writes.slice(ITEMS);
        return backlog() == 0 && (slice == null || slice.pending.size() == 0);
    }

    Instant now() {
        return Instant.now();
    }

    @Override
    public void close() {
        if (!node.dead) {
            node.writes.close();
            node.file.close();
        }
        legacy.close();
        modern.close();
    }

    record Facts(String method, String target) implements RequestFacts {
        @Override
        public String path() {
            return target;
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }
    }

    /** Puts the authority's id into a create, as the follower wants it. */
    private static final class MintedKeys implements Translator {
        @Override
        public boolean translates(Side side, RouteSpec route) {
            return false;
        }

        @Override
        public BufferedRequest toSide(Side side, RouteMatch match, BufferedRequest request, Optional<EntityKey> key) {
            if (!match.route().entity().isMinted() || key.isEmpty()) {
                return request;
            }
            String body = new String(request.body(), StandardCharsets.UTF_8)
                    .replaceFirst("\\{", "{\"id\":\"" + key.get() + "\",");
            return new BufferedRequest(
                    request.method(), request.target(), request.headers(), body.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public byte[] fromSide(Side side, RouteMatch match, int status, byte[] body) {
            return body;
        }
    }

    /** Real HTTP to both sides. */
    private final class Sides implements SideClient {
        private static final HttpClient HTTP = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();

        private final Node of;

        private Sides(Node of) {
            this.of = of;
        }

        @Override
        public CompletableFuture<BufferedAnswer> send(
                Side side, BufferedRequest request, Duration timeout, int maxBodyBytes) {
            if (of.dead) {
                return new CompletableFuture<>();
            }
            HttpRequest.Builder http = HttpRequest.newBuilder(side(side).url().resolve(request.target()))
                    .timeout(timeout)
                    .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
            request.headers().forEach(header -> http.header(header.name(), header.value()));
            return HTTP.sendAsync(http.build(), HttpResponse.BodyHandlers.ofByteArray())
                    .handle((answer, failure) -> failure == null
                            ? new BufferedAnswer.Answered(answer.statusCode(), List.of(), answer.body(), Duration.ZERO)
                            : failed(failure.getCause() instanceof IOException io ? io : new IOException(failure)));
        }

        private static BufferedAnswer failed(IOException failure) {
            if (failure instanceof ConnectException) {
                return new BufferedAnswer.Failed(
                        BufferedAnswer.Cause.CONNECT, false, String.valueOf(failure), Duration.ZERO);
            }
            BufferedAnswer.Cause cause =
                    failure instanceof HttpTimeoutException ? BufferedAnswer.Cause.TIMEOUT : BufferedAnswer.Cause.CUT;
            return new BufferedAnswer.Failed(cause, true, String.valueOf(failure), Duration.ZERO);
        }
    }
}
