package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.Divergence;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.FeedSpec.Topic;
import dev.bailey.model.spec.ReplaySpec;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Entities rebuilt from the events of a real broker. */
class ReplayTest {

    private static final Broker BROKER = Broker.shared();

    @TempDir
    Path folder;

    private final List<Accounts> opened = new ArrayList<>();

    private Accounts accounts(String topic, int partitions, String modernUrl) throws Exception {
        Accounts accounts = new Accounts(BROKER, topic, partitions, 60, 7, folder, modernUrl);
        opened.add(accounts);
        return accounts;
    }

    @AfterEach
    void close() throws Exception {
        for (Accounts accounts : opened) {
            accounts.close();
        }
    }

    private String sqlite() {
        String url = "jdbc:sqlite:" + folder.resolve("modern.db");
        Shop.sql(url, "pragma journal_mode = wal");
        return url;
    }

    private DataPlane plane(DataSpec data) {
        return Plane.open(data, new Plane.Kept(), folder.resolve("replay"));
    }

    private static ReconcileResult reconciled(DataPlane plane) {
        JobRecord job = Plane.ended(plane, plane.startReconcile(Shop.ORDERS, false, false));
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        return plane.lastReconcile(Shop.ORDERS).orElseThrow();
    }

    @Test
    void sumsOfEventsInSeveralPartitionsBecomeWhatLegacyHasAndAWrongMappingIsFoundByDigest() throws Exception {
        Accounts accounts = accounts("balances", 3, Postgres.database());
        accounts.happen(300);
        try (DataPlane plane = plane(accounts.beside(accounts.replay(Accounts.STATE)))) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            assertThat(job.message()).contains("of balances folded to the fence 0:");
            assertThat(accounts.atModern()).isEqualTo(accounts.atLegacy()).hasSizeGreaterThan(20);
            assertThat(reconciled(plane).divergences()).isZero();
        }
        accounts.happen(200);
        String wrong = Accounts.STATE.replace("\"owner\": event.owner", "\"owner\": key = \"9\" ? \"?\" : event.owner");
        try (DataPlane plane = plane(accounts.beside(accounts.replay(wrong)))) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            assertThat(reconciled(plane).found()).extracting(Divergence::key).containsExactly(new EntityKey("9"));
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatIsBrokenOffBetweenStatesAndOffsetsLeavesNeither() throws Exception {
        Accounts accounts = accounts("broken", 1, sqlite());
        accounts.happen(100);
        DataSpec data = accounts.beside(accounts.replay(Accounts.STATE));
        try (DataPlane plane = plane(data)) {
            Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
        }
        accounts.happen(100);
        String states = "jdbc:sqlite:" + folder.resolve("replay").resolve("orders.db");
        Shop.sql(states, "create trigger broken before insert on position begin select raise(abort, 'broken'); end");
        long stood = Shop.number(states, "select sum(next) from position");
        List<Long> found = new CopyOnWriteArrayList<>();
        Pause mending = _ -> {
            if (found.isEmpty()) {
                try {
                    found.add(Shop.number(states, "select sum(next) from position"));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
                Shop.sql(states, "drop trigger broken");
            }
        };
        try (DataPlane plane = Plane.open(data, new Plane.Kept(), folder.resolve("replay"), mending)) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        }
        assertThat(found).containsExactly(stood);
        assertThat(accounts.atModern()).isEqualTo(accounts.atLegacy());
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatSaysNothingIsToldWithItsPlaceAndNothingIsWritten() throws Exception {
        Accounts accounts = accounts("bad", 2, sqlite());
        BROKER.send(new ProducerRecord<>("bad", 0, "1", "{\"type\":\"opened\",\"owner\":\"a\"}"));
        BROKER.send(new ProducerRecord<>("bad", 0, "1", "no JSON"));
        BROKER.send(new ProducerRecord<>("bad", 0, null, "{\"type\":\"opened\",\"owner\":\"a\"}"));
        BROKER.send(new ProducerRecord<>("bad", 0, "x", "{\"type\":\"opened\",\"owner\":\"a\"}"));
        BROKER.send(new ProducerRecord<>("bad", 0, "2", "{\"type\":\"opened\",\"owner\":\"b\"}"));
        BROKER.send(new ProducerRecord<>("bad", 1, "2", "{\"type\":\"opened\",\"owner\":\"d\"}"));
        BROKER.send(new ProducerRecord<>("bad", 1, "3", "{\"type\":\"opened\",\"owner\":\"c\"}"));
        try (DataPlane plane = plane(accounts.alone(accounts.replay(Accounts.STATE)))) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message())
                    .contains("4 records could not be folded", "partition 0, offset 1, entity 1: its value is not JSON")
                    .contains("partition 0, offset 2: it tells no entity key")
                    .contains("partition 0, offset 3, entity x: `replay: state` fails");
            assertThat(accounts.atModern()).isEmpty();
            // What can be told of an entity alone still can.
            assertThat(plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(new EntityKey("3"))))
                    .isInstanceOf(Refreshed.Done.class);
            assertThat(plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(new EntityKey("2"))))
                    .isInstanceOfSatisfying(
                            Refreshed.Unavailable.class,
                            away -> assertThat(away.reason())
                                    .containsPattern(
                                            "partition [01], offset [04]: its entity has events in partition [01] too"));
        }
        ReplaySpec mended =
                Accounts.replay("bad", BROKER.address, Accounts.STATE, Set.of("0:1", "0:2", "0:3", "1:0"), false);
        try (DataPlane plane = plane(accounts.alone(mended))) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            assertThat(accounts.atModern()).isEqualTo(new TreeMap<>(Map.of(1L, "a, 0", 2L, "b, 0", 3L, "c, 0")));
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aLogThatIsTheOnlyTruthIsReplayedOnceMoreAndHeldAgainstModern() throws Exception {
        Accounts accounts = accounts("truth", 2, sqlite());
        accounts.happen(300);
        Path states = folder.resolve("replay").resolve("orders.db");
        try (DataPlane plane = plane(accounts.alone(accounts.replay(Accounts.STATE)))) {
            Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(accounts.atModern()).isEqualTo(accounts.atLegacy());
            // What the backfill was read from went wrong, and modern with it.
            String url = "jdbc:sqlite:" + states;
            Shop.sql(url, "update entity set document = replace(document, 'owner ', 'nobody ') where key = '8'");
            plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(new EntityKey("8")));
            assertThat(accounts.atModern()).isNotEqualTo(accounts.atLegacy());
            assertThat(reconciled(plane).found()).extracting(Divergence::key).containsExactly(new EntityKey("8"));
            assertThat(plane.jobs().getFirst().message()).contains("replayed once more");
            // From then on what is new in the log is known, without being asked for.
            accounts.happen(100);
            JobRecord job = Plane.ended(plane, plane.startReconcile(Shop.ORDERS, true, false));
            assertThat(job.message())
                    .containsPattern("[0-9]+ records of truth folded")
                    .doesNotContain("once more");
            assertThat(accounts.atModern()).isEqualTo(accounts.atLegacy());
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void killedAgainAndAgainNoEventIsFoldedTwiceOrLeftOut() throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            String topic = "killed-" + seed;
            Path own = Files.createDirectories(folder.resolve(topic));
            SplittableRandom random = new SplittableRandom(seed);
            try (Accounts accounts = new Accounts(BROKER, topic, 4, 500, seed, own, Postgres.database())) {
                accounts.happen(9_000);
                int kills = 0;
                String said = child(accounts, own, OptionalLong.of(random.nextLong(50, 1_500)));
                while (!said.startsWith("DONE") && kills < 30) {
                    assertThat(said).as("seed " + seed).isEqualTo("killed");
                    kills++;
                    if (kills == 2) {
                        accounts.happen(500);
                    }
                    said = child(
                            accounts,
                            own,
                            kills < 6 ? OptionalLong.of(random.nextLong(50, 1_500)) : OptionalLong.empty());
                }
                assertThat(said).as("seed " + seed).startsWith("DONE");
                assertThat(kills).as("seed " + seed).isPositive();
                assertThat(accounts.atModern()).as("seed " + seed).isEqualTo(accounts.atLegacy());
            }
        }
    }

    /** Runs until it ends, or is killed so long after it began. */
    private static String child(Accounts accounts, Path own, OptionalLong killAfterMs) throws Exception {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplayChild.class.getName(),
                        own.toString(),
                        accounts.topic,
                        BROKER.address,
                        accounts.legacyUrl,
                        accounts.modernUrl)
                .redirectError(own.resolve("errors").toFile())
                .start();
        try (BufferedReader out = child.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.equals("began")) {
                line = out.readLine();
            }
            if (killAfterMs.isPresent() && !child.waitFor(killAfterMs.getAsLong(), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly().waitFor();
                return "killed";
            }
            String last = "";
            for (line = out.readLine(); line != null; line = out.readLine()) {
                last = line.startsWith("DONE") || line.startsWith("FAILED") ? line : last;
            }
            return last;
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTransactionThatIsOpenIsWaitedFor() throws Exception {
        Accounts accounts = accounts("open", 1, sqlite());
        BROKER.send(new ProducerRecord<>("open", "1", "{\"type\":\"opened\",\"owner\":\"a\"}"));
        try (var slow = BROKER.transaction("slow-replay");
                DataPlane plane = plane(accounts.alone(accounts.replay(Accounts.STATE)))) {
            slow.send(new ProducerRecord<>("open", "1", "{\"type\":\"moved\",\"cents\":5}"))
                    .get();
            BROKER.send(new ProducerRecord<>("open", "2", "{\"type\":\"opened\",\"owner\":\"b\"}"));
            String id = Plane.id(plane.startBackfill(Shop.ORDERS));
            await().untilAsserted(() -> assertThat(plane.job(id).orElseThrow().message())
                    .contains("waiting for a transaction that is open"));
            assertThat(accounts.atModern()).isEmpty();
            slow.commitTransaction();
            await().untilAsserted(() ->
                    assertThat(plane.job(id).orElseThrow().state()).isEqualTo(JobState.DONE));
            assertThat(accounts.atModern()).isEqualTo(new TreeMap<>(Map.of(1L, "a, 5", 2L, "b, 0")));
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aLogThatLostItsBeginningIsRefusedAndOneThatWasMadeAnewIsReplayedAnew() throws Exception {
        Accounts accounts = accounts("lost", 1, sqlite());
        BROKER.send(new ProducerRecord<>("lost", "1", "{\"type\":\"opened\",\"owner\":\"a\"}"));
        BROKER.truncate("lost");
        BROKER.send(new ProducerRecord<>("lost", "2", "{\"type\":\"opened\",\"owner\":\"b\"}"));
        try (DataPlane plane = plane(accounts.alone(accounts.replay(Accounts.STATE)))) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message()).contains("partition 0 begins at offset 1 (expected 0)", "truncated: accept");
        }
        DataSpec accepting = accounts.alone(Accounts.replay("lost", BROKER.address, Accounts.STATE, Set.of(), true));
        try (DataPlane plane = plane(accepting)) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            assertThat(accounts.atModern()).isEqualTo(new TreeMap<>(Map.of(2L, "b, 0")));
        }
        BROKER.drop("lost");
        BROKER.topic("lost", 2);
        BROKER.send(new ProducerRecord<>("lost", "3", "{\"type\":\"opened\",\"owner\":\"c\"}"));
        try (DataPlane plane = plane(accepting)) {
            Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(accounts.atModern()).isEqualTo(new TreeMap<>(Map.of(3L, "c, 0")));
        }
    }

    /** Of topics that need no more than accounts that were opened. */
    private Accounts opened(String topic, String... keys) throws Exception {
        Accounts accounts = accounts(topic, 1, sqlite());
        for (String key : keys) {
            open(topic, key);
        }
        return accounts;
    }

    private static void open(String topic, String key) throws Exception {
        BROKER.send(new ProducerRecord<>(topic, key, "{\"type\":\"opened\",\"owner\":\"o\"}"));
    }

    private static void done(DataPlane plane) {
        JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
    }

    private static void readable(DataPlane plane) {
        assertThat(plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(new EntityKey("1"))))
                .isInstanceOf(Refreshed.Done.class);
    }

    private static void refused(DataPlane plane, String... why) {
        assertThat(plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(new EntityKey("1"))))
                .isInstanceOfSatisfying(
                        Refreshed.Unavailable.class,
                        away -> assertThat(away.reason()).contains(why));
    }

    private void states(String sql) {
        Shop.sql("jdbc:sqlite:" + folder.resolve("replay").resolve("orders.db"), sql);
    }

    private static void repairRefused(DataPlane plane, String why) {
        JobRecord job = Plane.ended(plane, plane.startReconcile(Shop.ORDERS, true, false));
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.message()).contains(why, "run the backfill");
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTopicThatWasMadeAnewTakesNothingAwayBeforeABackfill() throws Exception {
        Accounts accounts = opened("anew", "1", "2");
        try (DataPlane plane = plane(accounts.alone(accounts.replay(Accounts.STATE)))) {
            done(plane);
            BROKER.drop("anew");
            BROKER.topic("anew", 1);
            open("anew", "3");
            refused(plane, "topic anew was made anew; run the backfill");
            repairRefused(plane, "topic anew was made anew");
            assertThat(accounts.atModern()).containsOnlyKeys(1L, 2L);
            done(plane);
            readable(plane);
            assertThat(accounts.atModern()).containsOnlyKeys(3L);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aLogThatLostRecordsThatWereFoldedIsRefusedUntilABackfill() throws Exception {
        Accounts accounts = opened("shorter", "1", "2");
        DataSpec data = accounts.alone(accounts.replay(Accounts.STATE));
        try (DataPlane plane = plane(data)) {
            done(plane);
        }
        // As if three more had been folded, which an unclean election lost.
        states("update position set next = next + 3");
        try (DataPlane plane = plane(data)) {
            refused(plane, "ends at 2 and 5 was to come next", "run the backfill");
            repairRefused(plane, "ends at 2 and 5 was to come next");
            done(plane);
            readable(plane);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatWasNotReadForLongerThanTombstonesAreKeptIsFoldedAnew() throws Exception {
        Accounts accounts = opened("lying", "1", "2");
        String longAgo = "update about set value = '2020-01-01T00:00:00Z' where name = 'read'";
        try (DataPlane plane = plane(accounts.alone(accounts.replay(Accounts.STATE)))) {
            done(plane);
            assertThat(reconciled(plane).divergences()).isZero();
            states(longAgo);
            readable(plane); // nothing came since
            open("lying", "3");
            // Written and deleted, and both compacted away while nobody read.
            states("insert into entity select '9', partition, place || x'01', state,"
                    + " replace(document, '1', '9'), broken from entity where key = '1'");
            states(longAgo);
            refused(plane, "topic lying was last read at 2020-01-01T00:00:00Z", "run a full reconcile");
            assertThat(reconciled(plane).found()).extracting(Divergence::key).containsExactly(new EntityKey("3"));
            assertThat(plane.jobs().getFirst().message()).contains("replayed once more");
            readable(plane);
            open("lying", "4");
            states(longAgo);
            done(plane);
            readable(plane);
            assertThat(accounts.atModern()).containsOnlyKeys(1L, 2L, 3L, 4L);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void recordsDeletedBeforeTheyWereFoldedAreNotMissedWhereEachHoldsTheWholeState() throws Exception {
        Accounts accounts = opened("expired", "1");
        DataSpec data = accounts.alone(Accounts.replay("expired", BROKER.address, Accounts.STATE, Set.of(), true));
        try (DataPlane plane = plane(data)) {
            done(plane);
        }
        open("expired", "2");
        BROKER.truncate("expired");
        open("expired", "3");
        try (DataPlane plane = plane(data)) {
            refused(plane, "begins at 2 and 1 was to come next: records were deleted before they were folded");
            done(plane);
            readable(plane);
            assertThat(accounts.atModern()).containsOnlyKeys(3L);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void statesThatAProofTouchedWhileTheyWereCopiedAreProvedAfterwards() throws Exception {
        Accounts accounts = opened("touched", "1", "2");
        String url = "jdbc:sqlite:" + folder.resolve("replay").resolve("orders.db");
        List<String> taken = new CopyOnWriteArrayList<>();
        Plane.Kept kept = new Plane.Kept();
        kept.failing = (job, _) -> {
            try {
                if (taken.isEmpty()
                        && Files.exists(folder.resolve("replay").resolve("orders.db"))
                        && Shop.number(url, "select count(*) from about where name = 'mark'") > 0) {
                    taken.add(job);
                    states("delete from about where name = 'mark'");
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return false;
        };
        DataSpec data = accounts.alone(accounts.replay(Accounts.STATE));
        try (DataPlane plane = Plane.open(data, kept, folder.resolve("replay"), Pause.SLEEP)) {
            done(plane);
            assertThat(taken).hasSize(1);
            reconciled(plane);
            assertThat(plane.jobs().getFirst().message()).contains("replayed once more");
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aTombstoneWithItsKeyInTheValueIsToldSo() throws Exception {
        Accounts accounts = opened("pointed");
        BROKER.send(new ProducerRecord<>("pointed", "1", null));
        ReplaySpec usual = accounts.replay(Accounts.STATE);
        ReplaySpec pointing = new ReplaySpec(
                new Topic(List.of(BROKER.address), "pointed", Optional.of("/id"), false, Map.of()),
                usual.state(),
                usual.document(),
                0,
                Set.of(),
                false);
        try (DataPlane plane = plane(accounts.alone(pointing))) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(Shop.ORDERS));
            assertThat(job.message()).contains("a tombstone has no value to find /id in", "leave `key` out");
        }
    }
}
