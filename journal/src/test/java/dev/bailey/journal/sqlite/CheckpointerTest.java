package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointerTest {

    private static final long WAL_BYTES = 256 * 1024;

    /** A log that is due to begin anew. */
    private static final long USUAL = WAL_BYTES * 5 / 4;

    private static final long WAIT_S = 20;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal.db");
    }

    @Test
    void flushesTheFileBeforeTheWriterIsAskedToBeginTheLogAnew() throws Exception {
        Upkeep upkeep = new Upkeep();
        assertThat(happens(upkeep, USUAL, WAL_BYTES, Duration.ofHours(1))).containsExactly("flush", "ask");
        assertThat(upkeep.take()).isEqualTo(Checkpoint.PASSIVE);
    }

    @Test
    void leavesALogOfUsualLengthToBeWrittenAgainWhenNothingIsWritten() throws Exception {
        Upkeep upkeep = new Upkeep();
        assertThat(happens(upkeep, USUAL, 1, Duration.ofMillis(1))).containsExactly("flush", "ask");
        assertThat(upkeep.take()).isEqualTo(Checkpoint.PASSIVE);
    }

    @Test
    void cutsALogOfMoreThanTwiceItsBytesWhenNothingIsWritten() throws Exception {
        Upkeep upkeep = new Upkeep();
        assertThat(happens(upkeep, 3 * WAL_BYTES, 1, Duration.ofMillis(1))).containsExactly("flush", "ask");
        assertThat(upkeep.take()).isEqualTo(Checkpoint.TRUNCATE);
    }

    @Test
    void aFlushThatFailedRefusesEveryWriteAndLeavesTheLogForTheNextStart() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        Path copy = Files.createDirectory(folder.resolve("copy")).resolve("journal.db");
        int durable = 0;
        GroupJournal journal = GroupJournal.open(
                SqliteEngine.open(
                        file,
                        SqliteJournalSettings.defaults().withWalBytes(WAL_BYTES),
                        new Tail(64, 1 << 20, new Tail.Step(32, 1 << 20, 32)),
                        data -> () -> {
                            if (!fails.getAndSet(true)) {
                                throw new IOException("Input/output error");
                            }
                        },
                        LogDisk.FILES),
                GroupBounds.defaults().withProbeEvery(Duration.ZERO),
                AT_NOON);
        try {
            Appended last = answer(journal.append(write("0", "1")));
            while (last instanceof Appended.Durable && durable < 20_000) {
                durable++;
                last = answer(journal.append(write(Integer.toString(durable), "1")));
            }
            assertThat(last)
                    .isInstanceOfSatisfying(
                            Appended.Failed.class,
                            failed -> assertThat(failed.reason())
                                    .contains("could not be flushed (Input/output error)", "restart"));
            assertThat(answer(journal.append(write("late", "1"))))
                    .as("the next flush would work, and tell nothing")
                    .isInstanceOf(Appended.Failed.class);
        } finally {
            journal.close();
        }
        Files.copy(file, copy);
        Files.copy(Path.of(file + "-wal"), Path.of(copy + "-wal"));
        Files.copy(LogFiles.named(file, 1), LogFiles.named(copy, 1));
        try (GroupJournal next = SqliteJournal.open(copy, SqliteJournalSettings.defaults(), AT_NOON)) {
            for (int i = 0; i < durable; i++) {
                assertThat(next.find(rid(Integer.toString(i)))).isPresent();
            }
            assertThat(next.find(rid("late"))).isEmpty();
        }
    }

    /** What a checkpointer does first about a log of so many bytes, more than those at which it begins anew. */
    private List<String> happens(Upkeep upkeep, long logBytes, long written, Duration idle) throws Exception {
        LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (Connection connection = Schema.connect(file);
                Statement statement = connection.createStatement()) {
            fill(statement, logBytes);
            Checkpointer checkpointer = new Checkpointer(file, WAL_BYTES, () -> events.add("flush"), upkeep, idle);
            checkpointer.asks(() -> events.add("ask"));
            Thread thread = Thread.ofPlatform().start(checkpointer);
            checkpointer.written(1, written);
            List<String> seen = new ArrayList<>();
            seen.add(events.poll(WAIT_S, TimeUnit.SECONDS));
            seen.add(events.poll(WAIT_S, TimeUnit.SECONDS));
            checkpointer.close();
            thread.join();
            return seen;
        }
    }

    private void fill(Statement statement, long bytes) throws SQLException {
        statement.execute("pragma journal_mode = wal");
        statement.execute("create table filled (bytes blob)");
        statement.execute("insert into filled values (zeroblob(" + bytes + "))");
    }
}
