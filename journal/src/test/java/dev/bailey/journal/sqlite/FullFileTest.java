package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.group.Given;
import dev.bailey.journal.group.GroupJournal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullFileTest {

    @TempDir
    Path folder;

    private GroupJournal open(SqliteJournalSettings settings) {
        return SqliteJournal.open(folder.resolve("journal.db"), settings, AT_NOON);
    }

    @Test
    void aFullFileRefusesAppendsButSettlesWhatIsInFlight() {
        try (GroupJournal journal = open(SqliteJournalSettings.defaults().withFileBytes(400_000))) {
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
        try (GroupJournal journal = open(SqliteJournalSettings.defaults().withFileBytes(400_000))) {
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
}
