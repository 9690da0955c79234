package dev.bailey.journal.sqlite;

import static dev.bailey.journal.sqlite.Given.AT_NOON;
import static dev.bailey.journal.sqlite.Given.NOON;
import static dev.bailey.journal.sqlite.Given.ORDERS;
import static dev.bailey.journal.sqlite.Given.answer;
import static dev.bailey.journal.sqlite.Given.appended;
import static dev.bailey.journal.sqlite.Given.applied;
import static dev.bailey.journal.sqlite.Given.done;
import static dev.bailey.journal.sqlite.Given.rid;
import static dev.bailey.journal.sqlite.Given.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailingDiskTest {

    private static final int IO_ERROR = 10;

    @TempDir
    Path folder;

    private final AtomicBoolean broken = new AtomicBoolean();

    private SqliteJournal open(SqliteJournalSettings settings) {
        return SqliteJournal.open(folder.resolve("journal.db"), settings, AT_NOON, () -> {
            if (broken.get()) {
                throw new SQLException("disk I/O error", null, IO_ERROR);
            }
        });
    }

    @Test
    void aFullFileRefusesAppendsButSettlesWhatIsInFlight() {
        try (SqliteJournal journal = open(SqliteJournalSettings.defaults().withFileBytes(400_000))) {
            int stored = 0;
            Appended last = answer(journal.append(large(0)));
            while (last instanceof Appended.Durable && stored < 1_000) {
                stored++;
                last = answer(journal.append(large(stored)));
            }
            assertThat(last).isInstanceOf(Appended.Full.class);
            assertThat(stored).isBetween(20, 100);

            for (int i = 0; i < stored; i++) {
                assertThat(done(journal.outcome(rid("r" + i), applied()))).isEqualTo(1);
                assertThat(done(journal.delivered(List.of(rid("r" + i)), "replay")))
                        .isEqualTo(1);
            }
            assertThat(journal.find(rid("r" + stored))).isEmpty();
            assertThat(journal.stats(ORDERS).appended()).isEqualTo(stored);
            assertThat(journal.stats(ORDERS).undelivered()).isZero();

            assertThat(journal.compact(NOON.plusSeconds(1))).isEqualTo(stored);
            assertThat(answer(journal.append(large(stored)))).isInstanceOf(Appended.Durable.class);
        }
    }

    private static dev.bailey.model.write.WriteIntent large(int number) {
        return write(
                ORDERS,
                "r" + number,
                Optional.of(Given.key("e")),
                Optional.of(dev.bailey.model.phase.Side.MODERN),
                NOON,
                6_000);
    }

    @Test
    void aMixedGroupOnAFullFileKeepsItsChanges() {
        try (SqliteJournal journal = open(SqliteJournalSettings.defaults().withFileBytes(400_000))) {
            appended(journal, write("a", "1"));
            List<CompletionStage<Appended>> appends = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                appends.add(journal.append(large(i)));
            }
            CompletionStage<Changed> outcome = journal.outcome(rid("a"), applied());

            assertThat(done(outcome)).isEqualTo(1);
            long durable = appends.stream()
                    .map(Given::answer)
                    .filter(Appended.Durable.class::isInstance)
                    .count();
            assertThat(durable).isLessThan(100);
            assertThat(journal.stats(ORDERS).appended()).isEqualTo(durable + 1);
            assertThat(IntStream.range(0, 100)
                            .filter(i -> journal.find(rid("r" + i)).isPresent())
                            .count())
                    .isEqualTo(durable);
        }
    }

    @Test
    void aBrokenDiskAnswersEverybodyAndKeepsNothing() {
        try (SqliteJournal journal = open(SqliteJournalSettings.defaults().withProbeEvery(Duration.ZERO))) {
            appended(journal, write("a", "1"));
            broken.set(true);
            List<CompletionStage<Appended>> appends = IntStream.range(0, 50)
                    .mapToObj(i -> journal.append(write("lost" + i, "1")))
                    .toList();
            CompletionStage<Changed> outcome = journal.outcome(rid("a"), applied());

            assertThat(appends).allSatisfy(stage -> assertThat(answer(stage)).isInstanceOf(Appended.Failed.class));
            assertThat(answer(outcome)).isInstanceOf(Changed.Failed.class);
            assertThatThrownBy(() -> answer(journal.fence(ORDERS))).hasCauseInstanceOf(JournalException.class);
            assertThatThrownBy(() -> journal.compact(NOON.plusSeconds(1))).isInstanceOf(JournalException.class);
            assertThat(journal.stats(ORDERS).appended()).isEqualTo(1);

            broken.set(false);
            assertThat(appended(journal, write("b", "1"))).isGreaterThan(1);
            assertThat(done(journal.outcome(rid("a"), applied()))).isEqualTo(1);
            assertThat(journal.find(rid("lost0"))).isEmpty();
        }
        try (SqliteJournal journal = open(SqliteJournalSettings.defaults())) {
            assertThat(journal.find(rid("lost0"))).isEmpty();
            assertThat(journal.stats(ORDERS).appended()).isEqualTo(2);
        }
    }

    @Test
    void staysRefusingUntilTheNextProbeIsDue() {
        try (SqliteJournal journal = open(SqliteJournalSettings.defaults().withProbeEvery(Duration.ofHours(1)))) {
            broken.set(true);
            assertThat(answer(journal.append(write("a", "1")))).isInstanceOf(Appended.Failed.class);
            broken.set(false);

            assertThat(answer(journal.append(write("b", "1"))))
                    .as("the clock stands still")
                    .isInstanceOf(Appended.Failed.class);
        }
    }
}
