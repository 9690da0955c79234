package dev.bailey.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeDebtsTest {

    private static final SliceName ORDERS = new SliceName("orders");
    private static final Instant SINCE = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir
    Path folder;

    private final SharedStore store = Postgres.store();
    private final AtomicLong nanos = new AtomicLong();

    private boolean mayBeReached = true;

    private NodeDebts open() {
        return NodeDebts.open(
                folder.resolve("debts.db"), store, () -> UUID.randomUUID().toString(), nanos::get, () -> mayBeReached);
    }

    /** Each write past the journal owes one before it is sent and one when it has ended. */
    @Test
    void ofManyDebtsThatOneReconcilePaysTheLatestIsKept() {
        mayBeReached = false;
        try (NodeDebts debts = open()) {
            for (long second : new long[] {3, 1, 5, 4}) {
                debts.owe(ORDERS, SINCE.plusSeconds(second), "without the journal");
            }
            debts.owe(ORDERS, SINCE, "another reason");
            debts.owe(new SliceName("items"), SINCE, "without the journal");
            assertThat(debts.waiting())
                    .extracting(NodeDebts.Waiting::since)
                    .containsExactly(SINCE.plusSeconds(5), SINCE, SINCE);
        }
    }

    /** A write waits for it: where the store is known to be away, that costs nothing. */
    @Test
    void withoutHopeOfReachingTheStoreADebtGoesToTheOwnDiskAtOnce() {
        mayBeReached = false;
        try (NodeDebts debts = open()) {
            debts.owe(ORDERS, SINCE, "a");
            assertThat(debts.waiting()).hasSize(1);
            assertThat(debts.carry()).isEqualTo(1);
            assertThat(debts.waiting()).isEmpty();
        }
    }

    /** As good as a store that is down: nothing can be written to the table. */
    private void away(boolean away) {
        String table = store.schema() + ".debt";
        Postgres.sql("alter table " + table + (away ? " rename to debt_away" : "_away rename to debt"));
    }

    @Test
    void withTheStoreThereTheyAreInTheStore() {
        try (NodeDebts node = open();
                StateDb db = StateDb.open(store, Fence.none())) {
            Debts debts = new Debts(db, node);
            debts.owe(ORDERS, SINCE, "why");
            assertThat(node.waiting()).isEmpty();
            assertThat(debts.open(ORDERS))
                    .singleElement()
                    .satisfies(debt -> assertThat(debt.reason()).isEqualTo("why"));
        }
    }

    @Test
    void withTheStoreAwayTheyWaitOnTheNodeAndAreCarriedOnce() {
        try (StateDb db = StateDb.open(store, Fence.none())) {
            try (NodeDebts node = open()) {
                away(true);
                node.owe(ORDERS, SINCE, "first");
                node.owe(ORDERS, SINCE, "second");
                assertThat(node.waiting()).hasSize(2);
                assertThatThrownBy(node::carry).isInstanceOf(StateException.class);
                Debts debts = new Debts(db, node);
                assertThatThrownBy(() -> debts.open(ORDERS)).isInstanceOf(StateException.class);
            }
            // The node dies and starts again with what its file holds.
            away(false);
            try (NodeDebts node = open()) {
                assertThat(node.waiting()).extracting(NodeDebts.Waiting::reason).containsExactly("first", "second");
                assertThat(new Debts(db, node).open(ORDERS))
                        .extracting(Debts.Debt::reason)
                        .containsExactly("first", "second");
                assertThat(node.waiting()).isEmpty();
                nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                node.owe(ORDERS, SINCE, "third");
                assertThat(node.waiting()).isEmpty();
                assertThat(new Debts(db, node).open(ORDERS)).hasSize(3);
            }
        }
    }

    @Test
    void oneThatWasCarriedBeforeACrashIsCarriedAgainAsTheSame() {
        Path file = folder.resolve("debts.db");
        try (StateDb db = StateDb.open(store, Fence.none())) {
            NodeDebts.Waiting waiting;
            try (NodeDebts node = open()) {
                away(true);
                node.owe(ORDERS, SINCE, "once");
                away(false);
                waiting = node.waiting().getFirst();
            }
            // Carried, and the crash came before the node's own row was gone.
            try (StateDb own = StateDb.open(file, java.util.List.of())) {
                own.write(connection -> Sql.update(
                        connection,
                        "insert into node_debt values (?, ?, ?, ?)",
                        waiting.id(),
                        waiting.slice(),
                        waiting.since(),
                        waiting.reason()));
            }
            new Debts(db).reconciled(ORDERS, SINCE.plusSeconds(1), SINCE.plusSeconds(2));
            try (NodeDebts node = open()) {
                assertThat(node.carry()).isEqualTo(1);
                assertThat(node.waiting()).isEmpty();
                assertThat(new Debts(db, node).all(ORDERS)).hasSize(1);
                assertThat(new Debts(db, node).open(ORDERS)).isEmpty();
            }
        }
    }
}
