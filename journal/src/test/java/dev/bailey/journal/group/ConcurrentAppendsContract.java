package dev.bailey.journal.group;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

public abstract class ConcurrentAppendsContract extends Contract {

    private static final int WRITERS = 64;
    private static final int EACH = 100;

    @Test
    void everyAcknowledgedRecordIsThereAfterReopen() {
        ConcurrentLinkedQueue<Long> sequences = new ConcurrentLinkedQueue<>();
        try (GroupJournal journal = open(AT_NOON)) {
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
        try (GroupJournal journal = open(AT_NOON)) {
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
        CommitFault slowStore = () -> {
            writerIsBusy.countDown();
            try {
                writerMayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (GroupJournal journal = open(GroupBounds.defaults().withQueuedAppends(3), AT_NOON, slowStore)) {
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
}
