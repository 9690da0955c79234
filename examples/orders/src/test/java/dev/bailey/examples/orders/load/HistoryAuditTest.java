package dev.bailey.examples.orders.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.examples.orders.load.AuditResult.Fault;
import dev.bailey.examples.orders.load.AuditScope.Authority;
import dev.bailey.examples.orders.load.Operation.Kind;
import dev.bailey.examples.orders.load.Operation.Told;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.SampleOrders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every fault is planted into a world that is clean without it. */
class HistoryAuditTest {

    private static final Told DONE = new Told.Acknowledged(200, "legacy");
    private static final Told NEVER_KNOWN = new Told.Unknown("cut");

    private final SampleOrders sample = new SampleOrders(new SplittableRandom(3));
    private final List<Operation> history = new ArrayList<>();
    private final Side legacy = new Side();
    private final Side modern = new Side();
    private long turn;

    /** One store as the services would fill it. */
    private static final class Side {
        final Map<Long, Order> orders = new HashMap<>();
        final Map<String, Map<Long, Integer>> applied = new HashMap<>();

        void apply(String ref, long id, @Nullable Order order) {
            if (order == null) {
                orders.remove(id);
            } else {
                orders.put(id, order);
            }
            applied.computeIfAbsent(ref, _ -> new HashMap<>()).merge(id, 1, Integer::sum);
        }

        StoreContents contents() {
            return new StoreContents(orders, applied);
        }
    }

    /** A write told to its client in some way; applied to both sides where it is said to have landed. */
    private Operation write(Kind kind, long id, Told told, boolean landed) {
        turn++;
        String ref = "w-" + turn;
        Order wanted = kind == Kind.DELETE ? null : sample.next(id, ref);
        Operation operation = new Operation(ref, kind, id, wanted, told, 1, turn, turn * 10, turn * 10 + 5);
        history.add(operation);
        if (landed) {
            legacy.apply(ref, id, wanted);
            modern.apply(ref, id, wanted);
        }
        return operation;
    }

    private AuditResult audit(AuditScope scope) {
        return HistoryAudit.audit(history, legacy.contents(), modern.contents(), scope);
    }

    private AuditResult audit() {
        return audit(AuditScope.of(Authority.LEGACY));
    }

    private void cleanWorld() {
        for (long id = 1; id <= 5; id++) {
            Order seeded = sample.next(id, null);
            legacy.orders.put(id, seeded);
            modern.orders.put(id, seeded);
        }
        write(Kind.PUT, 1, DONE, true);
        write(Kind.PUT, 1, DONE, true);
        write(Kind.POST, 6, DONE, true);
        write(Kind.DELETE, 2, DONE, true);
        write(Kind.PUT, 3, new Told.Rejected(422), false);
    }

    @Test
    void cleanWorldIsClean() {
        cleanWorld();

        AuditResult result = audit();

        assertThat(result.findings()).isEmpty();
        assertThat(result.isClean()).isTrue();
        assertThat(result.acknowledged()).isEqualTo(4);
        assertThat(result.compared()).isEqualTo(5);
    }

    @Test
    void acknowledgedWriteThatIsNotInTheStoreIsLost() {
        cleanWorld();
        Order before = legacy.orders.get(1L);
        Operation last = write(Kind.PUT, 1, DONE, true);
        legacy.orders.put(1L, java.util.Objects.requireNonNull(before));

        AuditResult result = audit();

        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.diverged()).isEqualTo(1);
        assertThat(result.findings())
                .anySatisfy(finding -> assertThat(finding.ref()).isEqualTo(last.ref()));
    }

    @Test
    void onlyTheAuthoritysStoreCounts() {
        cleanWorld();
        Order before = java.util.Objects.requireNonNull(legacy.orders.get(1L));
        write(Kind.PUT, 1, DONE, true);
        legacy.orders.put(1L, before);

        assertThat(audit(AuditScope.of(Authority.MODERN)).lost()).isZero();
    }

    @Test
    void sameReferenceWithOtherContentIsLost() {
        cleanWorld();
        Operation last = write(Kind.PUT, 1, DONE, true);
        Order wrong = sample.next(1, last.ref());
        legacy.orders.put(1L, wrong);
        modern.orders.put(1L, wrong);

        assertThat(audit().lost()).isEqualTo(1);
    }

    @Test
    void createThatIsNowhereIsLost() {
        cleanWorld();
        write(Kind.POST, 7, DONE, false);

        assertThat(audit().lost()).isEqualTo(1);
    }

    @Test
    void deleteWhoseOrderIsStillThereIsLost() {
        cleanWorld();
        write(Kind.DELETE, 3, DONE, false);

        assertThat(audit().lost()).isEqualTo(1);
    }

    @Test
    void deletedOrderThatCameBackIsLostAndNotExcused() {
        cleanWorld();
        Order before = java.util.Objects.requireNonNull(legacy.orders.get(1L));
        write(Kind.DELETE, 1, DONE, true);
        legacy.orders.put(1L, before);
        modern.orders.put(1L, before);

        assertThat(audit().lost()).isEqualTo(1);
        assertThat(audit().diverged()).isZero();
    }

    @Test
    void writeThatNoServiceEverAppliedIsLostEvenWhenOverwritten() {
        cleanWorld();
        write(Kind.PUT, 1, DONE, false);
        write(Kind.PUT, 1, DONE, true);

        assertThat(audit().lost()).isEqualTo(1);
    }

    @Test
    void laterUnknownWriteMayOverwrite() {
        cleanWorld();
        write(Kind.PUT, 1, DONE, true);
        write(Kind.PUT, 1, NEVER_KNOWN, true);

        AuditResult result = audit();

        assertThat(result.findings()).isEmpty();
        assertThat(result.unknown()).isEqualTo(1);
        assertThat(result.unknownLanded()).isEqualTo(1);
    }

    @Test
    void laterUnknownWriteThatDidNotLandExcusesNothing() {
        cleanWorld();
        write(Kind.PUT, 1, DONE, false);
        write(Kind.PUT, 1, NEVER_KNOWN, false);

        AuditResult result = audit();

        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.unknownLanded()).isZero();
    }

    @Test
    void earlierUnknownWriteMustNotWin() {
        cleanWorld();
        Operation earlier = write(Kind.PUT, 1, NEVER_KNOWN, true);
        write(Kind.PUT, 1, DONE, true);
        legacy.orders.put(1L, java.util.Objects.requireNonNull(earlier.wanted()));
        modern.orders.put(1L, java.util.Objects.requireNonNull(earlier.wanted()));

        assertThat(audit().lost()).isEqualTo(1);
    }

    @Test
    void writeAppliedTwiceByOneServiceIsDoubled() {
        cleanWorld();
        Operation operation = write(Kind.PUT, 1, DONE, true);
        legacy.apply(operation.ref(), 1, operation.wanted());

        assertThat(audit().doubled()).isEqualTo(1);
        assertThat(audit().lost()).isZero();
    }

    @Test
    void createThatMadeTwoOrdersIsDoubledWhereverTheyAre() {
        cleanWorld();
        Operation operation = write(Kind.POST, 7, DONE, true);
        Order twin = java.util.Objects.requireNonNull(operation.wanted()).withId(8);
        modern.apply(operation.ref(), 8, twin);
        modern.applied.put(operation.ref(), Map.of(8L, 1));

        AuditResult result = audit();

        assertThat(result.doubled()).isEqualTo(1);
        assertThat(result.diverged()).isEqualTo(1);
    }

    @Test
    void createOfUnknownEndThatMadeTwoOrdersIsDoubled() {
        cleanWorld();
        Operation operation = write(Kind.POST, 0, NEVER_KNOWN, false);
        Order made = java.util.Objects.requireNonNull(operation.wanted());
        for (Side side : List.of(legacy, modern)) {
            side.apply(operation.ref(), 7, made.withId(7));
            side.apply(operation.ref(), 8, made.withId(8));
        }

        assertThat(audit().doubled()).isEqualTo(1);
        assertThat(audit().unknownLanded()).isEqualTo(1);
    }

    @Test
    void ordersThatDifferOrAreMissingAreDiverged() {
        cleanWorld();
        modern.orders.remove(3L);
        modern.orders.put(4L, sample.next(4, null));
        modern.orders.put(99L, sample.next(99, null));

        AuditResult result = audit();

        assertThat(result.diverged()).isEqualTo(3);
        assertThat(result.findings()).allMatch(finding -> finding.fault() == Fault.DIVERGED);
    }

    @Test
    void versionsAreEachServicesOwn() {
        cleanWorld();
        modern.orders.computeIfPresent(4L, (_, order) -> order.withVersion(9));

        AuditResult result = audit();

        assertThat(result.findings()).isEmpty();
        assertThat(result.versionDrift()).isEqualTo(1);
    }

    @Test
    void ordersWrittenInTheGapAreNotHeldAgainstEachOtherButAllOthersAre() {
        cleanWorld();
        Operation inGap = write(Kind.PUT, 1, DONE, false);
        modern.apply(inGap.ref(), 1, inGap.wanted());
        modern.orders.remove(3L);
        AuditScope scope = AuditScope.of(Authority.MODERN).withGapSince(inGap.startNanos());

        assertThat(audit(AuditScope.of(Authority.MODERN)).diverged()).isEqualTo(2);
        assertThat(audit(scope).diverged()).isEqualTo(1);
        assertThat(audit(scope).lost()).isZero();
    }

    @Test
    void theBatchMayOverwriteWhatItTouchedAndNothingElse() {
        cleanWorld();
        Operation before = write(Kind.PUT, 1, DONE, true);
        for (long id : List.of(1L, 6L)) {
            Order changed = sample.next(id, "batch-7-" + id);
            legacy.orders.put(id, changed);
            modern.orders.put(id, changed);
        }

        AuditScope touchedBoth = AuditScope.of(Authority.LEGACY).withBatch(Set.of(1L, 6L), before.endNanos() + 1);
        AuditScope touchedOne = AuditScope.of(Authority.LEGACY).withBatch(Set.of(1L), before.endNanos() + 1);
        AuditScope tooEarly = AuditScope.of(Authority.LEGACY).withBatch(Set.of(1L, 6L), before.startNanos() - 1);

        assertThat(audit(touchedBoth).lost()).isZero();
        assertThat(audit(touchedOne).lost()).isEqualTo(1);
        assertThat(audit(tooEarly).lost()).isEqualTo(1);
        assertThat(audit().lost()).isEqualTo(2);
    }

    @Test
    void ordersTheBatchTouchedMustBeEqualToo() {
        cleanWorld();
        legacy.orders.put(4L, sample.next(4, "batch-7-4"));

        assertThat(audit(AuditScope.of(Authority.LEGACY).withBatch(Set.of(4L), 1_000))
                        .diverged())
                .isEqualTo(1);
    }

    @Test
    void refusedWriteThatWasAppliedIsAFault() {
        cleanWorld();
        write(Kind.PUT, 4, new Told.Rejected(409), true);

        AuditResult result = audit();

        assertThat(result.rejectedLanded()).isEqualTo(1);
        assertThat(result.isClean()).isFalse();
    }
}
