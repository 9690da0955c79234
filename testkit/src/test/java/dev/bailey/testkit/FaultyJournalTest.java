package dev.bailey.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.sqlite.SqliteJournal;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyJournalTest {

    @TempDir
    Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private final Supplier<RecordId> ids = SeededRandom.orProperty(1).recordIds();
    private FaultyJournal journal;

    @BeforeEach
    void open() {
        journal = new FaultyJournal(
                SqliteJournal.open(folder.resolve("journal.db"), SqliteJournalSettings.defaults(), clock));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private WriteIntent intent() {
        RecordId id = ids.get();
        return new WriteIntent(
                id,
                new SliceName("orders"),
                Optional.of(new EntityKey("1")),
                Epoch.FIRST,
                Side.LEGACY,
                Optional.of(Side.MODERN),
                "PUT",
                "/orders/1",
                List.of(),
                new byte[0],
                true,
                id.value(),
                false,
                clock.instant());
    }

    private static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void failsAndIsFullOnCommand() {
        WriteIntent first = intent();
        assertThat(answer(journal.append(first))).isInstanceOf(Appended.Durable.class);

        journal.fail();
        assertThat(answer(journal.append(intent()))).isInstanceOf(Appended.Failed.class);
        assertThat(answer(journal.outcome(first.id(), new Outcome.Rejected(400))))
                .isInstanceOf(Changed.Failed.class);
        assertThat(journal.fence(first.slice()).toCompletableFuture()).isCompletedExceptionally();

        journal.beFull();
        assertThat(answer(journal.append(intent()))).isInstanceOf(Appended.Full.class);
        assertThat(answer(journal.outcome(first.id(), new Outcome.Rejected(400))))
                .isInstanceOf(Changed.Done.class);

        journal.work();
        assertThat(answer(journal.append(intent()))).isInstanceOf(Appended.Durable.class);
        assertThat(journal.stats(first.slice()).appended()).isEqualTo(2);
    }

    @Test
    void holdsAnswersBackUntilItWorksAgain() {
        journal.hold();
        WriteIntent intent = intent();
        CompletableFuture<Journal.Appended> appended = journal.append(intent).toCompletableFuture();
        CompletableFuture<Journal.FencePassed> fence =
                journal.fence(intent.slice()).toCompletableFuture();
        await().until(() -> journal.held() == 2);

        assertThat(appended).isNotDone();
        assertThat(journal.find(intent.id())).as("it is written all the same").isPresent();
        journal.work();
        assertThat(answer(appended)).isInstanceOf(Appended.Durable.class);
        assertThat(answer(fence).sequence()).isEqualTo(2);
    }
}
