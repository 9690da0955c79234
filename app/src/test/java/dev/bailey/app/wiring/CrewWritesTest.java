package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Membership.Ack;
import dev.bailey.control.state.Membership.Expected;
import dev.bailey.control.state.StateException;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.WritesSpec.OnJournalFull;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the node that leads waits for the others, and how long one that does not waits for it. */
class CrewWritesTest {

    private static final SliceName ORDERS = new SliceName("orders");
    private static final SliceState PREPARED =
            new SliceState(ORDERS, Phase.WRITE_CUTOVER, Ramp.FULL, Set.of(), new Epoch(8));
    private static final Duration BUDGET = Duration.ofSeconds(2);
    private static final Duration EVERY = Duration.ofMillis(5);

    @TempDir
    static Path folder;

    private long now = 42;
    private final Looks looks = new Looks(EVERY, () -> now, this::pass);
    private final List<Epoch> asked = new ArrayList<>();
    private Duration ownTakes = Duration.ZERO;
    private final List<Expected> expected = new ArrayList<>();
    private List<String> unheard = List.of();
    private Missing others = (_, _) -> List.of();
    private Snapshot current = snapshot(Phase.READ_CUTOVER, OnJournalFull.REFUSE);
    private final CrewWrites writes = CrewWrites.of(
            own(),
            new CrewWrites.Others() {
                @Override
                public List<String> missing(SliceName slice, Ack what, Epoch epoch, Expected who) {
                    asked.add(epoch);
                    expected.add(who);
                    return others.of(what, epoch);
                }

                @Override
                public List<String> unheard() {
                    return unheard;
                }
            },
            () -> current,
            looks);

    private interface Missing {
        List<String> of(Ack what, Epoch epoch);
    }

    private static Snapshot snapshot(Phase phase, OnJournalFull onJournalFull) {
        Path file = folder.resolve("m.yaml");
        try {
            Files.writeString(file, """
                    bailey: 1
                    migration: m
                    owner: o
                    finishBy: 2099-01-01
                    listen: 127.0.0.1:0
                    admin: 127.0.0.1:0
                    store: embedded
                    legacy: { url: "http://127.0.0.1:1" }
                    modern: { url: "http://127.0.0.1:2" }
                    slices:
                      orders:
                        entity: path:id
                        routes: [ "GET /orders/{id}", "PUT /orders/{id}" ]
                        writes: { replicate: replay, idempotency: natural, onJournalFull: %s }
                        data:
                          key: id
                          legacy: { get: "GET /orders/{key}", put: "PUT /orders/{key}", delete: "DELETE /orders/{key}", list: "GET /orders?after={cursor}" }
                          modern: { get: "GET /orders/{key}", put: "PUT /orders/{key}", delete: "DELETE /orders/{key}", list: "GET /orders?after={cursor}" }
                    """.formatted(onJournalFull.name().toLowerCase(Locale.ROOT)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Read read = MigrationFile.read(file, _ -> null, LocalDate.of(2026, 1, 1));
        return Snapshot.of(
                ((Read.Valid) read).spec(), List.of(new SliceState(ORDERS, phase, Ramp.NONE, Set.of(), new Epoch(7))));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** This node's own write path, which is quiet after a while. */
    private Writes own() {
        return (Writes) Proxy.newProxyInstance(
                Writes.class.getClassLoader(), new Class<?>[] {Writes.class}, (_, method, arguments) -> {
                    if (method.getName().equals("awaitQuiet")) {
                        pass(ownTakes);
                        return ownTakes.compareTo((Duration) arguments[1]) <= 0;
                    }
                    if (method.getName().equals("awaitOlderWrites")) {
                        return true;
                    }
                    return null;
                });
    }

    @Test
    void isQuietOnceEveryNodeHasAcknowledgedThePreparedEpoch() throws Exception {
        long acknowledged = now + Duration.ofMillis(300).toNanos();
        others = (what, _) -> now < acknowledged && what == Ack.HELD ? List.of("b#1") : List.of();
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isTrue();
        assertThat(asked).containsOnly(new Epoch(8));
        assertThat(Duration.ofNanos(now - acknowledged)).isLessThanOrEqualTo(EVERY);
    }

    @Test
    void waitsNoLongerThanItsBoundForOneThatDoesNotAcknowledge() throws Exception {
        long before = now;
        others = (_, _) -> List.of("b#1");
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isFalse();
        assertThat(Duration.ofNanos(now - before)).isBetween(BUDGET, BUDGET.plus(EVERY));
    }

    @Test
    void whatItsOwnWritesTookIsOffTheBoundForTheOthers() throws Exception {
        long before = now;
        ownTakes = Duration.ofMillis(1_900);
        others = (_, _) -> List.of("b#1");
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isFalse();
        assertThat(Duration.ofNanos(now - before)).isBetween(BUDGET, BUDGET.plus(EVERY));
    }

    @Test
    void aStoreThatIsAwayAcknowledgesNothing() throws Exception {
        long before = now;
        others = (_, _) -> {
            throw new StateException.Fenced("away");
        };
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isFalse();
        assertThat(Duration.ofNanos(now - before)).isBetween(BUDGET, BUDGET.plus(EVERY));
    }

    /** From phase, its policy, and whether whose time is over is waited for: before a step, and after it. */
    @ParameterizedTest
    @CsvSource({
        "READ_CUTOVER, REFUSE, LIVING, EVERYBODY",
        "READ_CUTOVER, DEGRADE, EVERYBODY, EVERYBODY",
        "LEGACY_OFF, REFUSE, EVERYBODY, LIVING",
        "LEGACY_OFF, DEGRADE, EVERYBODY, EVERYBODY",
    })
    void waitsForWhoseTimeIsOverWhereItMayWriteWithoutIt(
            Phase phase, OnJournalFull onJournalFull, Expected before, Expected after) throws Exception {
        current = snapshot(phase, onJournalFull);
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isTrue();
        assertThat(writes.awaitOlderWrites(ORDERS, BUDGET)).isTrue();
        assertThat(expected).containsExactly(before, after);
    }

    @Test
    void doesNotWaitForOneThatIsNotHeardOf() throws Exception {
        long before = now;
        current = snapshot(Phase.READ_CUTOVER, OnJournalFull.DEGRADE);
        others = (_, _) -> List.of("b#1");
        unheard = List.of("b#1", "c#1");
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isFalse();
        assertThat(writes.awaitOlderWrites(ORDERS, BUDGET)).isFalse();
        assertThat(now).isEqualTo(before);
    }

    @Test
    void nothingIsBuiltOnARecordThatAnUnheardNodeMayNotFollow() {
        unheard = List.of("b#1", "c#2");
        others = (what, epoch) -> what == Ack.SETTLED && epoch.value() == 7
                ? expected.getLast() == Expected.EVERYBODY ? List.of("b#1", "d#1") : List.of("d#1")
                : List.of();
        assertThat(unheardIn(Phase.LEGACY_ONLY, OnJournalFull.REFUSE)).isEmpty();
        assertThat(unheardIn(Phase.DUAL_WRITE, OnJournalFull.REFUSE)).containsExactly("b#1");
        assertThat(unheardIn(Phase.SHADOW_READ, OnJournalFull.REFUSE)).isEmpty();
        assertThat(unheardIn(Phase.SHADOW_READ, OnJournalFull.DEGRADE)).containsExactly("b#1", "c#2");
        assertThat(unheardIn(Phase.LEGACY_OFF, OnJournalFull.REFUSE)).containsExactly("b#1", "c#2");
    }

    private List<String> unheardIn(Phase phase, OnJournalFull onJournalFull) {
        current = snapshot(phase, onJournalFull);
        return writes.unheard(ORDERS);
    }

    @Test
    void aNodeThatStartsWaitsForTheLeadersKeyOfPinsForABoundedTime() throws Exception {
        long before = now;
        byte[] key = {1, 2, 3};
        assertThat(PinKey.madeByAnother(
                        () -> now - before < Duration.ofSeconds(1).toNanos() ? Optional.empty() : Optional.of(key),
                        BUDGET,
                        looks))
                .isEqualTo(key);
        long again = now;
        assertThatThrownBy(() -> PinKey.madeByAnother(Optional::empty, BUDGET, looks))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has not made the key of pins within 2 s");
        assertThat(Duration.ofNanos(now - again)).isBetween(BUDGET, BUDGET.plus(EVERY));
    }
}
