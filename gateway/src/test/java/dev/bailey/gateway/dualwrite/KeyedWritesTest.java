package dev.bailey.gateway.dualwrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.ItemService.Fault;
import dev.bailey.gateway.dualwrite.WritePath.Admission;
import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.gateway.dualwrite.WritePath.Replayed;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.KeptKeysSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys kept by the gateway before services that know none, over a real journal that dies and starts again. */
class KeyedWritesTest {

    private static final Answer CREATED =
            new Answer(201, List.of(new Header("Location", "/items/1")), "made".getBytes(StandardCharsets.UTF_8), true);

    private static final Scheduler SCHEDULER = Scheduler.system();

    private final AtomicInteger ids = new AtomicInteger();
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    Path folder;

    private Crossing crossing(Phase phase, int most) {
        WritesSpec writes = new WritesSpec(
                WritesSpec.Replicate.REFRESH,
                WritesSpec.Idempotency.NONE,
                "Idempotency-Key",
                WritesSpec.Ack.ASYNC,
                Duration.ofMillis(500),
                WritesSpec.OnReject.PARK,
                WritesSpec.OnJournalFull.REFUSE,
                Optional.empty(),
                Optional.of(new KeptKeysSpec("Idempotency-Key", Duration.ofHours(1), most, Optional.of("X-Client"))));
        return new Crossing(folder, writes, phase, Crossing.SHORT, GatewaySpec.DEFAULTS);
    }

    private Admission admit(Crossing crossing, String client, String key, String body) throws InterruptedException {
        KeyedWrites keyed = new KeyedWrites(
                crossing.writes(),
                crossing.node().file.keys(),
                crossing.node().journal,
                () -> new RecordId("claim-" + ids.incrementAndGet()),
                () -> now,
                SCHEDULER);
        RequestFacts facts = new Crossing.Facts("POST", "/items/1/add");
        RouteMatch match = Objects.requireNonNull(Router.match(crossing.current.get(), facts));
        return Tasks.await(keyed.admit(new WriteRequest(
                match,
                facts,
                "/items/1/add",
                List.of(new Header("idempotency-key", key), new Header("X-Client", client)),
                body.getBytes(StandardCharsets.UTF_8),
                true)));
    }

    private static void applied(Crossing crossing, Admission admission) throws InterruptedException {
        Admitted write = (Admitted) admission;
        crossing.legacy.put("1", crossing.legacy.item("1") + "+b");
        Tasks.await(write.settle(
                new Outcome.Applied(201, Optional.ofNullable(write.decision().entity()), List.of(), new byte[0]),
                Optional.of(CREATED)));
    }

    private static void refused(Admission admission, int status, boolean again) {
        assertThat(admission).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).as(refused.message()).isEqualTo(status);
            assertThat(refused.retryAfter().isPresent()).isEqualTo(again);
        });
    }

    private static void replayed(Admission admission) {
        assertThat(admission).isInstanceOfSatisfying(Replayed.class, replayed -> {
            assertThat(replayed.answer().status()).isEqualTo(201);
            assertThat(replayed.answer().headers()).isEqualTo(CREATED.headers());
            assertThat(replayed.answer().body()).isEqualTo(CREATED.body());
        });
    }

    @Test
    void theSameKeyGetsTheStoredAnswerAlsoAfterACrash() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 10)) {
            applied(crossing, admit(crossing, "acme", "k", "b"));
            replayed(admit(crossing, "acme", "k", "b"));
            refused(admit(crossing, "acme", "k", "other"), 422, false);
            crossing.crash();
            crossing.restart();
            replayed(admit(crossing, "acme", "k", "b"));
            refused(admit(crossing, "acme", "k", "other"), 422, false);
        }
    }

    @Test
    void aWriteUnderWayKeepsItsKeyAndAnotherConsumerHasItsOwn() throws Exception {
        try (Crossing crossing = crossing(Phase.LEGACY_ONLY, 10)) {
            Admission first = admit(crossing, "acme", "k", "b");
            refused(admit(crossing, "acme", "k", "b"), 409, true);
            Admission other = admit(crossing, "globex", "k", "other");
            applied(crossing, first);
            applied(crossing, other);
            replayed(admit(crossing, "acme", "k", "b"));
        }
    }

    @Test
    void whatWasSentBeforeACrashIsNeverSentAgain() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 10)) {
            crossing.legacy.put("1", "a");
            crossing.legacy.faults(_ -> Fault.NONE);
            assertThat(admit(crossing, "acme", "k", "b")).isInstanceOf(Admitted.class);
            crossing.crash();
            crossing.restart();
            refused(admit(crossing, "acme", "k", "b"), 409, true);
            await().until(crossing::isQuiet);
            refused(admit(crossing, "acme", "k", "b"), 409, false);
        }
    }

    @Test
    void whatWasSentWithoutARecordBeforeACrashIsNeverSentAgain() throws Exception {
        try (Crossing crossing = crossing(Phase.LEGACY_ONLY, 10)) {
            assertThat(admit(crossing, "acme", "k", "b")).isInstanceOf(Admitted.class);
            crossing.crash();
            crossing.restart();
            refused(admit(crossing, "acme", "k", "b"), 409, false);
        }
    }

    @Test
    void anUnknownOutcomeSaysSoOnceItIsResolved() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 10)) {
            crossing.legacy.put("1", "a");
            Admitted write = (Admitted) admit(crossing, "acme", "k", "b");
            Tasks.await(write.settle(new Outcome.Unknown("timeout")));
            refused(admit(crossing, "acme", "k", "b"), 409, true);
            await().until(crossing::isQuiet);
            refused(admit(crossing, "acme", "k", "b"), 409, false);
        }
    }

    @Test
    void whatWasNotMadeMayBeTriedAgain() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 10)) {
            Tasks.await(((Admitted) admit(crossing, "acme", "k", "b")).settle(new Outcome.Rejected(502)));
            Answer busy = new Answer(429, List.of(), new byte[0], true);
            Tasks.await(((Admitted) admit(crossing, "acme", "k", "b"))
                    .settle(new Outcome.Rejected(429), Optional.of(busy)));
            applied(crossing, admit(crossing, "acme", "k", "b"));
            replayed(admit(crossing, "acme", "k", "b"));
        }
    }

    @Test
    void keysAreBoundedAndExpire() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 2)) {
            applied(crossing, admit(crossing, "acme", "1", "b"));
            applied(crossing, admit(crossing, "acme", "2", "b"));
            refused(admit(crossing, "acme", "3", "b"), 503, true);
            now = now.plus(Duration.ofHours(1));
            applied(crossing, admit(crossing, "acme", "3", "b"));
            assertThat(admit(crossing, "acme", "1", "b")).isInstanceOf(Admitted.class);
        }
    }

    @Test
    void anExpiredKeyIsFreeForAnotherRequest() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 100)) {
            for (int key = 0; key < 20; key++) {
                applied(crossing, admit(crossing, "acme", "k" + key, "b"));
            }
            now = now.plus(Duration.ofHours(1));
            assertThat(admit(crossing, "acme", "k19", "other")).isInstanceOf(Admitted.class);
        }
    }

    @Test
    void anAnswerIsKeptOnlyBehindTheOutcomeOfItsRecord() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 10)) {
            Admitted write = (Admitted) admit(crossing, "acme", "k", "b");
            Changed tooEarly = Tasks.await(crossing.node().file.keys().answered("claim-1", write.record(), CREATED));
            assertThat(tooEarly).isInstanceOf(Changed.Failed.class);
            refused(admit(crossing, "acme", "k", "b"), 409, true);
            applied(crossing, write);
            replayed(admit(crossing, "acme", "k", "b"));
        }
    }

    @Test
    void aGatewayThatGaveUpTheStoreClaimsNothing() throws Exception {
        try (Crossing crossing = crossing(Phase.DUAL_WRITE, 10)) {
            assertThat(crossing.writes().retire(Duration.ofSeconds(10))).isTrue();
            assertThat(admit(crossing, "acme", "k", "b")).isInstanceOf(WritePath.Moved.class);
            crossing.crash();
            crossing.restart();
            applied(crossing, admit(crossing, "acme", "k", "b"));
        }
    }
}
