package dev.bailey.journal.sqlite;

import static dev.bailey.journal.sqlite.Given.AT_NOON;
import static dev.bailey.journal.sqlite.Given.ORDERS;
import static dev.bailey.journal.sqlite.Given.answer;
import static dev.bailey.journal.sqlite.Given.appended;
import static dev.bailey.journal.sqlite.Given.applied;
import static dev.bailey.journal.sqlite.Given.done;
import static dev.bailey.journal.sqlite.Given.rid;
import static dev.bailey.journal.sqlite.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentAppendsTest {

    private static final int WRITERS = 64;
    private static final int EACH = 100;

    @TempDir
    Path folder;

    @Test
    void everyAcknowledgedRecordIsThereAfterReopen() {
        Path file = folder.resolve("journal.db");
        ConcurrentLinkedQueue<Long> sequences = new ConcurrentLinkedQueue<>();
        try (SqliteJournal journal = SqliteJournal.open(file, SqliteJournalSettings.defaults(), AT_NOON)) {
            try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int writer = 0; writer < WRITERS; writer++) {
                    int number = writer;
                    writers.execute(() -> {
                        for (int i = 0; i < EACH; i++) {
                            String id = number + "-" + i;
                            sequences.add(appended(journal, write(id, "e" + number)));
                            if (i % 2 == 0) {
                                done(journal.outcome(rid(id), applied()));
                                done(journal.delivered(List.of(rid(id)), "replay"));
                            }
                        }
                    });
                }
            }
            assertThat(journal.stats(ORDERS).undelivered()).isEqualTo(WRITERS * EACH / 2);
        }

        assertThat(sequences).doesNotHaveDuplicates().hasSize(WRITERS * EACH);
        try (SqliteJournal journal = SqliteJournal.open(file, SqliteJournalSettings.defaults(), AT_NOON)) {
            IntStream.range(0, WRITERS * EACH)
                    .forEach(i -> assertThat(journal.find(rid(i / EACH + "-" + i % EACH)))
                            .as("record %d", i)
                            .isPresent());
            assertThat(journal.stats(ORDERS).appended()).isEqualTo(WRITERS * EACH);
            assertThat(journal.stats(ORDERS).undelivered()).isEqualTo(WRITERS * EACH / 2);
        }
    }

    @Test
    void refusesAppendsAboveTheBoundOfItsQueueAndStillSettlesOthers() throws InterruptedException {
        CountDownLatch writerIsBusy = new CountDownLatch(1);
        CountDownLatch writerMayGoOn = new CountDownLatch(1);
        CommitFault slowDisk = () -> {
            writerIsBusy.countDown();
            try {
                writerMayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (SqliteJournal journal = SqliteJournal.open(
                folder.resolve("journal.db"),
                SqliteJournalSettings.defaults().withQueuedAppends(3),
                AT_NOON,
                slowDisk)) {
            CompletableFuture<Appended> first =
                    journal.append(write("first", "e")).toCompletableFuture();
            writerIsBusy.await();
            List<CompletableFuture<Appended>> waiting = IntStream.range(0, 3)
                    .mapToObj(i -> journal.append(write("w" + i, "e")).toCompletableFuture())
                    .toList();

            assertThat(answer(journal.append(write("over", "e")))).isInstanceOf(Appended.Full.class);
            var settled = journal.outcome(rid("first"), applied());
            writerMayGoOn.countDown();

            assertThat(answer(first)).isInstanceOf(Appended.Durable.class);
            assertThat(waiting).allSatisfy(stage -> assertThat(answer(stage)).isInstanceOf(Appended.Durable.class));
            assertThat(done(settled)).isEqualTo(1);
            assertThat(journal.find(rid("over"))).isEmpty();
        }
    }

    @Test
    void keepsTheWriteAheadLogBoundedUnderSteadyWrites() throws Exception {
        Path file = folder.resolve("journal.db");
        long wal = 256 * 1024;
        long largest = 0;
        try (SqliteJournal journal =
                SqliteJournal.open(file, SqliteJournalSettings.defaults().withWalBytes(wal), AT_NOON)) {
            for (int i = 0; i < 60; i++) {
                int round = i;
                List<CompletableFuture<Appended>> stages = IntStream.range(0, 100)
                        .mapToObj(n ->
                                journal.append(write(round + "-" + n, "e" + n)).toCompletableFuture())
                        .toList();
                stages.forEach(Given::answer);
                largest = Math.max(largest, Files.size(Path.of(file + "-wal")));
            }
        }
        long oneGroup = 2L * 1024 * 1024;
        assertThat(Files.size(file)).isGreaterThan(1024 * 1024);
        assertThat(largest).isBetween(1L, 4 * wal + oneGroup);
    }
}
