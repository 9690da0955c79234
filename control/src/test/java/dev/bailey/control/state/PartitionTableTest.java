package dev.bailey.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.control.state.PartitionTable.Held;
import dev.bailey.model.write.Partition;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionTableTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Partition FIVE = Partition.ALL.get(5);
    private static final List<Partition> ONE = List.of(FIVE);

    private final String schema = Postgres.freshSchema();
    private final SharedStore store = new SharedStore(Postgres.url(), schema);
    private final Membership a = join("a");
    private final Membership b = join("b");
    private final PartitionTable ofA = new PartitionTable(a);
    private final PartitionTable ofB = new PartitionTable(b);

    private Membership join(String name) {
        return Membership.join(store, new NodeName(name), 1, "h:1", "h:2", LONG, System::nanoTime);
    }

    @BeforeEach
    void layOut() {
        ofA.layOut();
        ofB.layOut();
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private Held five() {
        return ofA.all().get(5);
    }

    @Test
    void nobodyHasAnyAtFirstAndWhatWasSentBeforeMayStillLand() {
        assertThat(ofA.all()).hasSize(33).allMatch(held -> held.holder().isEmpty() && !held.isClean());
        assertThat(ofA.own()).isEmpty();
    }

    @Test
    void aHolderGivesUpWhatIsWantedElsewhereToWhoWantsIt() {
        ofA.give(ONE, "", "a#1", Fence.none());
        ofA.want(ONE, "a#1", "b#1", Fence.none());
        assertThat(five()).isEqualTo(new Held(FIVE, "a#1", "b#1", false));
        assertThat(ofB.own()).isEmpty();
        ofA.giveUp(ONE, true);
        assertThat(ofB.own()).containsExactly(new Held(FIVE, "b#1", "b#1", true));
        assertThat(a.delivered()).containsEntry("b#1", 1);
    }

    @Test
    void whatNobodyElseWantsIsGivenUpToNobody() {
        ofA.give(ONE, "", "a#1", Fence.none());
        ofA.giveUp(ONE, true);
        assertThat(five()).isEqualTo(new Held(FIVE, "", "a#1", true));
        ofA.give(ONE, "", "b#1", Fence.none());
        assertThat(five()).as("it was given up at rest").isEqualTo(new Held(FIVE, "b#1", "b#1", true));
    }

    @Test
    void whatOneThatIsGoneHasSentMayStillLand() {
        ofA.give(ONE, "", "b#1", Fence.none());
        ofB.giveUp(ONE, true);
        ofA.give(ONE, "", "b#1", Fence.none());
        ofA.give(ONE, "b#1", "a#1", Fence.none());
        assertThat(five()).isEqualTo(new Held(FIVE, "a#1", "a#1", false));
    }

    @Test
    void whatAnotherHasNobodyGivesUpOrAway() {
        ofA.give(ONE, "", "a#1", Fence.none());
        ofB.giveUp(ONE, true);
        ofB.give(ONE, "", "b#1", Fence.none());
        ofB.want(ONE, "c#1", "b#1", Fence.none());
        assertThat(five()).isEqualTo(new Held(FIVE, "a#1", "a#1", false));
    }

    /** As one that was cut off while it was committed: a mere look would still call the partition this life's own. */
    @Test
    void whatIsTakenOverIsConfirmedAfterAStatementThatIsStillOnItsWay() throws Exception {
        ofA.give(ONE, "", "a#1", Fence.none());
        assertThat(ofA.confirmed(ONE)).containsExactly(FIVE);
        try (Connection late = DriverManager.getConnection(Postgres.url());
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.executeUpdate(
                    "update " + schema + ".delivery_partition set holder = 'b#1', clean = 1 where number = 5");
            assertThat(ofA.own()).hasSize(1);
            CompletableFuture<Set<Partition>> confirmed =
                    CompletableFuture.supplyAsync(() -> ofA.confirmed(ONE), Thread::startVirtualThread);
            await().atMost(Duration.ofSeconds(10)).until(PartitionTableTest::isSomebodyWaiting);
            assertThat(confirmed).isNotDone();
            late.commit();
            assertThat(confirmed.get(10, TimeUnit.SECONDS)).isEmpty();
        }
    }

    private static boolean isSomebodyWaiting() throws SQLException {
        try (Connection connection = DriverManager.getConnection(Postgres.url());
                Statement statement = connection.createStatement();
                ResultSet waits = statement.executeQuery(
                        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%delivery_partition%'")) {
            return waits.next();
        }
    }

    @Test
    void oneThatHasLostTheLeadGivesNothing() {
        Fence lost = _ -> {
            throw new StateException.Fenced("another leads");
        };
        assertThatThrownBy(() -> ofA.give(ONE, "", "a#1", lost)).isInstanceOf(StateException.Fenced.class);
        assertThat(five().holder()).isEmpty();
    }

    @Test
    void livesTakePartitionsOnceTheySayTheyDoAndUntilTheySayTheyDoNot() {
        ofB.carries(true);
        assertThat(ofA.living()).containsExactly(Map.entry("a#1", false), Map.entry("b#1", true));
        ofB.carries(false);
        assertThat(ofA.living()).containsEntry("b#1", false);
        b.leave(true, Duration.ZERO);
        assertThat(ofA.living()).containsOnlyKeys("a#1");
    }
}
