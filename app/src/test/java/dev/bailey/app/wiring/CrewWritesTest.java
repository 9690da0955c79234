package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Membership.Ack;
import dev.bailey.control.state.StateException;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How long the node that leads waits for the others, and how long one that does not waits for it. */
class CrewWritesTest {

    private static final SliceName ORDERS = new SliceName("orders");
    private static final SliceState PREPARED =
            new SliceState(ORDERS, Phase.WRITE_CUTOVER, Ramp.FULL, Set.of(), new Epoch(8));
    private static final Duration BUDGET = Duration.ofSeconds(2);
    private static final Duration EVERY = Duration.ofMillis(5);

    private long now = 42;
    private final Looks looks = new Looks(EVERY, () -> now, this::pass);
    private final List<Epoch> asked = new ArrayList<>();
    private Duration ownTakes = Duration.ZERO;
    private CrewWrites.Others others = (_, _, _) -> List.of();
    private final CrewWrites writes = CrewWrites.of(
            own(),
            (slice, what, epoch) -> {
                asked.add(epoch);
                return others.missing(slice, what, epoch);
            },
            () -> {
                throw new AssertionError("the record in force is not asked for");
            },
            looks);

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
                    return null;
                });
    }

    @Test
    void isQuietOnceEveryNodeHasAcknowledgedThePreparedEpoch() throws Exception {
        long acknowledged = now + Duration.ofMillis(300).toNanos();
        others = (_, what, _) -> now < acknowledged && what == Ack.HELD ? List.of("b#1") : List.of();
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isTrue();
        assertThat(asked).containsOnly(new Epoch(8));
        assertThat(Duration.ofNanos(now - acknowledged)).isLessThanOrEqualTo(EVERY);
    }

    @Test
    void waitsNoLongerThanItsBoundForOneThatDoesNotAcknowledge() throws Exception {
        long before = now;
        others = (_, _, _) -> List.of("b#1");
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isFalse();
        assertThat(Duration.ofNanos(now - before)).isBetween(BUDGET, BUDGET.plus(EVERY));
    }

    @Test
    void whatItsOwnWritesTookIsOffTheBoundForTheOthers() throws Exception {
        long before = now;
        ownTakes = Duration.ofMillis(1_900);
        others = (_, _, _) -> List.of("b#1");
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isFalse();
        assertThat(Duration.ofNanos(now - before)).isBetween(BUDGET, BUDGET.plus(EVERY));
    }

    @Test
    void aStoreThatIsAwayAcknowledgesNothing() throws Exception {
        long before = now;
        others = (_, _, _) -> {
            throw new StateException.Fenced("away");
        };
        writes.hold(PREPARED);
        assertThat(writes.awaitQuiet(ORDERS, BUDGET)).isFalse();
        assertThat(Duration.ofNanos(now - before)).isBetween(BUDGET, BUDGET.plus(EVERY));
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
