package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The process that copies is killed, in the middle of parts, while others write; the next one goes on and both stores are equal. */
class BackfillKilledTest {

    private static final int ROWS = 6_000;

    /** Those that are written to meanwhile come first. */
    private static final int WRITTEN = 3_000;

    /** What it shows of its transactions is renewed when nobody has looked for 100 ms. */
    private static final Duration MARIADB_SHOWS_ANEW = Duration.ofMillis(120);

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    /** How many of the follower's transactions wait for that of a connection. */
    private static String waiting(Server server, long connection) {
        return server == Server.POSTGRESQL
                ? "select count(*) from pg_stat_activity where " + connection + " = any (pg_blocking_pids(pid))"
                : "select count(*) from information_schema.innodb_lock_waits w join information_schema.innodb_trx b on"
                        + " b.trx_id = w.blocking_trx_id where b.trx_mysql_thread_id = " + connection;
    }

    private static long id(Server server, Statement connection) throws SQLException {
        try (ResultSet id = connection.executeQuery(
                "select " + (server == Server.POSTGRESQL ? "pg_backend_pid()" : "connection_id()"))) {
            id.next();
            return id.getLong(1);
        }
    }

    private final List<Process> started = new ArrayList<>();

    private Process child(Flat flat) throws Exception {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BackfillChild.class.getName(),
                        folder.toString(),
                        flat.legacyUrl(),
                        flat.modernUrl(),
                        Integer.toString(WRITTEN))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("said").toFile()))
                .start();
        started.add(child);
        return child;
    }

    @AfterEach
    void nobodyIsLeft() throws Exception {
        for (Process child : started) {
            child.destroyForcibly().waitFor();
        }
    }

    /** What the process said last. */
    private String end(Process child) throws Exception {
        assertThat(child.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
        return Files.readAllLines(folder.resolve("said")).stream()
                .filter(line -> line.startsWith("ended "))
                .findFirst()
                .orElse("killed, or died");
    }

    private void assertEndsEqual(Flat flat, Process child) throws Exception {
        assertThat(end(child)).startsWith("ended DONE");
        List<String> lost = flat.legacy();
        List<String> wrong = flat.modern();
        assertThat(wrong.size()).isEqualTo(lost.size());
        lost.removeAll(Set.copyOf(wrong));
        wrong.removeAll(Set.copyOf(flat.legacy()));
        assertThat(lost).as("what only legacy holds").isEmpty();
        assertThat(wrong).as("what only modern holds").isEmpty();
    }

    private JsonNode kept() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("jobs"))) {
            List<Path> jobs =
                    files.filter(file -> file.toString().endsWith(".json")).toList();
            assertThat(jobs).as("one job, gone on with").hasSize(1);
            return JSON.readTree(Files.readString(jobs.getFirst()));
        }
    }

    /** The highest order of which the follower has nothing. */
    private static long lacking(Flat flat) throws Exception {
        List<String> held = Engine.rows(flat.modernUrl(), "select order_id from purchase");
        Set<String> all = new HashSet<>(held);
        return LongStream.iterate(ROWS, id -> id > WRITTEN, id -> id - 1)
                .filter(id -> !all.contains(Long.toString(id)))
                .findFirst()
                .orElseThrow();
    }

    /** A row that is not committed holds up the part it is in: the process dies between its first and its last write there. */
    private void killWithin(Flat flat, Server server, long order) throws Exception {
        try (Connection other = DriverManager.getConnection(flat.modernUrl());
                Statement holding = other.createStatement()) {
            other.setAutoCommit(false);
            holding.execute("insert into purchase values (" + order + ", 'nobody', 0, null)");
            String waiting = waiting(server, id(server, holding));
            Process child = child(flat);
            Awaitility.await()
                    .pollInterval(MARIADB_SHOWS_ANEW)
                    .until(() -> !child.isAlive() || Shop.number(flat.modernUrl(), waiting) > 0);
            assertThat(child.isAlive()).as("it waits for order " + order).isTrue();
            child.destroyForcibly().waitFor();
            other.rollback();
        }
        assertThat(kept().path("state").asString()).isEqualTo("RUNNING");
        assertThat(kept().path("position").path("ledger").path("open")).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    void killedWithinAPartTheNextProcessDoesThatPartAgain(Server server) throws Exception {
        assumeTrue(server == Server.POSTGRESQL || "true".equals(System.getenv("BAILEY_LONG_TESTS")), "the long tests");
        Flat flat = Flat.of(server, ROWS);
        killWithin(flat, server, ROWS - 900);
        long done = kept().path("done").asLong();
        assertThat(done).isPositive();
        killWithin(flat, server, lacking(flat));
        assertThat(kept().path("done").asLong())
                .as("it went on where the first stood")
                .isGreaterThanOrEqualTo(done);
        assertEndsEqual(flat, child(flat));
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void killedAtAnyMomentAgainAndAgainItEndsEqual(Server server) throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Flat flat = Flat.of(server, 20_000);
            folder = Files.createDirectories(folder.resolve("seed-" + seed));
            int kills = 0;
            Process child = child(flat);
            for (int i = 0; i < 12 && !child.waitFor(random.nextLong(400, 1_400), TimeUnit.MILLISECONDS); i++) {
                child.destroyForcibly().waitFor();
                kills++;
                child = child(flat);
            }
            assertThat(kills).as("seed " + seed).isGreaterThan(1);
            assertEndsEqual(flat, child);
        }
    }
}
