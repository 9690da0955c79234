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
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointerTest {

    private static final long WAL_BYTES = 1024 * 1024;

    /** A log that is due to begin anew. */
    private static final long USUAL = WAL_BYTES * 5 / 4;

    private static final long WAIT_S = 20;
    private static final long SOON_MS = 500;

    @TempDir
    Path folder;

    private Path file;
    private @Nullable Connection kept;

    @BeforeEach
    void name() {
        file = folder.resolve("journal.db");
    }

    @Test
    void theWriterIsAskedToBeginTheLogAnewWhenItCouldNotBeCopiedWhollyAtRest() throws Exception {
        Upkeep upkeep = new Upkeep();
        assertThat(happens(upkeep, USUAL, WAL_BYTES, Duration.ofHours(1), true))
                .containsExactly("flush", "flush at rest", "flush at rest", "ask");
        assertThat(upkeep.take()).isEqualTo(Checkpoint.PASSIVE);
        assertThat(upkeep.isResting()).isFalse();
    }

    @Test
    void aLogThatIsCopiedWhollyBeginsAnewByItself() throws Exception {
        Upkeep upkeep = new Upkeep();
        assertThat(happens(upkeep, USUAL, WAL_BYTES, Duration.ofHours(1), false))
                .containsExactly("flush");
        assertThat(upkeep.take()).isNull();
        assertThat(logBytesAfterAnotherCommit()).isLessThan(WAL_BYTES / 4);
    }

    @Test
    void leavesALogOfUsualLengthToBeWrittenAgainWhenNothingIsWritten() throws Exception {
        Upkeep upkeep = new Upkeep();
        assertThat(happens(upkeep, USUAL, 1, Duration.ofMillis(1), true))
                .containsExactly("flush", "flush at rest", "flush at rest", "ask");
        assertThat(upkeep.take()).isEqualTo(Checkpoint.PASSIVE);
    }

    @Test
    void cutsALogOfMoreThanTwiceItsBytesWhenNothingIsWritten() throws Exception {
        Upkeep upkeep = new Upkeep();
        assertThat(happens(upkeep, 3 * WAL_BYTES, 1, Duration.ofMillis(1), false))
                .containsExactly("flush", "ask");
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

    /** What a checkpointer does about a log of so many bytes, some of which a reader may keep from being copied. */
    private List<String> happens(Upkeep upkeep, long logBytes, long written, Duration idle, boolean isRead)
            throws Exception {
        LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (Connection connection = Schema.connect(file);
                Statement statement = connection.createStatement();
                Connection reader = Schema.connect(file);
                Statement reading = reader.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("create table filled (bytes blob)");
            kept = Schema.connect(file);
            if (isRead) {
                reading.execute("begin");
                reading.execute("select count(*) from filled");
            }
            statement.execute("insert into filled values (zeroblob(" + logBytes + "))");
            Checkpointer checkpointer = new Checkpointer(
                    file, WAL_BYTES, () -> events.add(upkeep.isResting() ? "flush at rest" : "flush"), upkeep, idle);
            checkpointer.asks(() -> events.add("ask"));
            Thread thread = Thread.ofPlatform().start(checkpointer);
            checkpointer.written(1, written);
            List<String> seen = new ArrayList<>();
            String event = events.poll(WAIT_S, TimeUnit.SECONDS);
            while (event != null) {
                seen.add(event);
                event = events.poll(event.equals("ask") ? 0 : SOON_MS, TimeUnit.MILLISECONDS);
            }
            checkpointer.close();
            thread.join();
            return seen;
        }
    }

    private long logBytesAfterAnotherCommit() throws SQLException {
        Connection connection = Objects.requireNonNull(kept, "a log is lost with the last connection");
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into filled values (zeroblob(10))");
            return Checkpoint.PASSIVE.run(connection).logBytes();
        }
    }

    @AfterEach
    void close() throws SQLException {
        if (kept != null) {
            kept.close();
        }
    }
}
