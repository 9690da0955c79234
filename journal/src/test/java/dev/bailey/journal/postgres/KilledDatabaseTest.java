package dev.bailey.journal.postgres;

import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** A server of its own that flushes, killed where it stands and started again on what it left. */
@EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
class KilledDatabaseTest {

    private static final int WRITERS = 16;
    private static final int KILLS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Map<String, Appended> told = new ConcurrentHashMap<>();
    private int port;

    private EmbeddedPostgres start() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setPort(port)
                .setPGStartupWait(PATIENCE)
                .start();
        port = server.getPort();
        return server;
    }

    private void kill(EmbeddedPostgres server) throws IOException {
        long postmaster =
                Long.parseLong(Files.readAllLines(folder.resolve("data").resolve("postmaster.pid"))
                        .getFirst());
        ProcessHandle process = ProcessHandle.of(postmaster).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        try {
            server.close();
        } catch (IOException e) {
            assertThat(e).as("it is dead already").hasMessageContaining("pg_ctl");
        }
    }

    private long durable() {
        return told.values().stream().filter(Appended.Durable.class::isInstance).count();
    }

    private long failed() {
        return told.values().stream().filter(Appended.Failed.class::isInstance).count();
    }

    @Test
    void everythingSaidToBeDurableIsThereAndTheJournalGoesOn() throws Exception {
        EmbeddedPostgres server = start();
        String url = server.getJdbcUrl("postgres", "postgres");
        AtomicBoolean ended = new AtomicBoolean();
        PostgresJournalSettings settings = PostgresJournalSettings.of(url, "journal", "n", Server.OPEN)
                .withBounds(GroupBounds.defaults().withProbeEvery(Duration.ofMillis(20)));
        try (GroupJournal journal = PostgresJournal.open(settings, Clock.systemUTC())) {
            try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int writer = 0; writer < WRITERS; writer++) {
                    String name = "w" + writer + "-";
                    writers.execute(() -> {
                        for (int i = 0; !ended.get(); i++) {
                            told.put(name + i, answer(journal.append(write(name + i, name))));
                        }
                    });
                }
                for (int killed = 0; killed < KILLS; killed++) {
                    long before = durable();
                    await().atMost(PATIENCE).until(() -> durable() > before + 500);
                    long failedBefore = failed();
                    kill(server);
                    await().atMost(PATIENCE).until(() -> failed() > failedBefore);
                    long atRest = durable();
                    server = start();
                    await().atMost(PATIENCE).until(() -> durable() > atRest);
                }
                ended.set(true);
            }

            assertThat(told).allSatisfy((id, answer) -> {
                if (answer instanceof Appended.Durable(long sequence)) {
                    assertThat(journal.find(rid(id)))
                            .hasValueSatisfying(record ->
                                    assertThat(record.head().sequence()).isEqualTo(sequence));
                } else {
                    assertThat(answer).isInstanceOf(Appended.Failed.class);
                }
            });
            assertThat(journal.stats(ORDERS).undelivered())
                    .as("figures agree with the tables")
                    .isEqualTo(count(url));
        } finally {
            ended.set(true);
            server.close();
        }
    }

    private static long count(String url) throws Exception {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var found = statement.executeQuery("select count(*) from journal.journal_record")) {
            found.next();
            return found.getLong(1);
        }
    }
}
