package dev.bailey.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingLookTest {

    private static final SliceName ITEMS = new SliceName("items");

    private final String schema = Postgres.freshSchema();
    private final SharedStore store = new SharedStore(Postgres.url(), schema);

    /** The commit comes while the look waits for either of the two tables. */
    @ParameterizedTest
    @ValueSource(strings = {"pending", "slice_state"})
    void aHandoverThatIsCommittedDuringTheLookIsNeverSeenAsNeitherPreparedNorInForce(String table) throws Exception {
        try (StateDb leader = StateDb.open(store, Fence.none());
                StateDb follower = StateDb.open(store, Fence.none());
                Connection outside = DriverManager.getConnection(Postgres.url());
                Statement commit = outside.createStatement()) {
            SliceRecords records = new SliceRecords(leader, _ -> {});
            records.load(List.of(ITEMS), Instant.EPOCH);
            SliceState before = records.standing(ITEMS).state();
            Pending pending = records.begin(new Pending(
                            ITEMS,
                            Pending.Kind.PREPARE,
                            before,
                            new SliceState(ITEMS, Phase.DUAL_WRITE, before.ramp(), before.cohorts(), before.epoch()),
                            "someone",
                            "a test",
                            Instant.EPOCH))
                    .orElseThrow();
            Epoch next = pending.prepared().epoch();
            assertThat(RoutingLook.at(follower).isPreparing(ITEMS)).isTrue();

            outside.setAutoCommit(false);
            commit.execute("set search_path to \"" + schema + "\"");
            commit.execute("lock table " + table + " in access exclusive mode");
            CompletableFuture<RoutingLook> look = CompletableFuture.supplyAsync(() -> RoutingLook.at(follower));
            awaitSomebodyWaitsFor(table);
            commit.execute("update slice_state set epoch = " + next.value() + " where slice = 'items'");
            commit.execute("delete from pending");
            outside.commit();

            RoutingLook seen = look.join();
            boolean isInForce =
                    seen.inForce().stream().anyMatch(state -> state.epoch().equals(next));
            assertThat(seen.isPreparing(ITEMS) || isInForce).isTrue();
        }
    }

    private static void awaitSomebodyWaitsFor(String table) {
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            try (Connection connection = DriverManager.getConnection(Postgres.url());
                    Statement query = connection.createStatement();
                    ResultSet row = query.executeQuery("select count(*) from pg_locks l join pg_class c"
                            + " on c.oid = l.relation where c.relname = '" + table + "' and not l.granted")) {
                return row.next() && row.getInt(1) == 1;
            }
        });
    }
}
