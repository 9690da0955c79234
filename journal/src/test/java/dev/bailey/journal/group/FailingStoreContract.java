package dev.bailey.journal.group;

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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

public abstract class FailingStoreContract extends Contract {

    /** As SQLite says it. */
    private static final int IO_ERROR = 10;

    /** As PostgreSQL says it. */
    private static final String IO_ERROR_STATE = "58030";

    private final AtomicBoolean broken = new AtomicBoolean();

    private GroupJournal open(GroupBounds bounds) {
        return open(bounds, AT_NOON, () -> {
            if (broken.get()) {
                throw new SQLException("disk I/O error", IO_ERROR_STATE, IO_ERROR);
            }
        });
    }

    @Test
    void aBrokenStoreAnswersEverybodyAndKeepsNothing() {
        try (GroupJournal journal = open(GroupBounds.defaults().withProbeEvery(Duration.ZERO))) {
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
        try (GroupJournal journal = open(GroupBounds.defaults())) {
            assertThat(journal.find(rid("lost0"))).isEmpty();
            assertThat(journal.stats(ORDERS).appended()).isEqualTo(2);
        }
    }

    @Test
    void staysRefusingUntilTheNextProbeIsDue() {
        try (GroupJournal journal = open(GroupBounds.defaults().withProbeEvery(Duration.ofHours(1)))) {
            broken.set(true);
            assertThat(answer(journal.append(write("a", "1")))).isInstanceOf(Appended.Failed.class);
            broken.set(false);

            assertThat(answer(journal.append(write("b", "1"))))
                    .as("the clock stands still")
                    .isInstanceOf(Appended.Failed.class);
        }
    }
}
