package dev.bailey.journal.group;

import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.gapWrite;
import static dev.bailey.journal.group.Given.key;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.JournalStats;
import dev.bailey.model.write.RecordId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

public abstract class CompactionContract extends Contract {

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private GroupJournal journal;

    @BeforeEach
    void open() {
        journal = open(now::get);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void deliver(int from, int to) {
        List<RecordId> ids = new ArrayList<>();
        CompletionStage<?> last = null;
        for (int i = from; i < to; i++) {
            journal.append(write("r" + i, "e"));
            last = journal.outcome(rid("r" + i), applied());
            ids.add(rid("r" + i));
        }
        if (last != null) {
            answer(last);
        }
        assertThat(done(journal.delivered(ids, "replay"))).isEqualTo(to - from);
    }

    @Test
    void removesFinalRecordsOlderThanTheMomentAndNothingElse() {
        appended(journal, write("open", "e"));
        deliver(0, 1_300);
        now.set(NOON.plusSeconds(60));
        deliver(1_300, 1_310);

        assertThat(journal.compact(NOON.plusSeconds(30))).isEqualTo(1_300);
        assertThat(journal.find(rid("open"))).isPresent();
        assertThat(journal.find(rid("r0"))).isEmpty();
        assertThat(journal.find(rid("r1300"))).isPresent();
        assertThat(journal.compact(NOON.plusSeconds(30))).isZero();
        assertThat(journal.stats(ORDERS)).isEqualTo(new JournalStats(1_311, 1, 0, 0, 0, Optional.of(NOON)));
    }

    @Test
    void neverGivesASequenceTwice() {
        deliver(0, 10);
        long before = answer(journal.fence(ORDERS)).sequence();
        assertThat(journal.compact(NOON.plusSeconds(1))).isEqualTo(10);
        journal.close();
        open();

        assertThat(appended(journal, write("next", "e"))).isGreaterThan(before);
        assertThat(journal.stats(ORDERS).appended()).isEqualTo(11);
    }

    @Test
    void keepsOneRowPerEntityOfAGap() {
        for (int i = 0; i < 30; i++) {
            appended(journal, gapWrite("g" + i, "e" + i % 3));
            done(journal.outcome(rid("g" + i), applied()));
        }

        assertThat(journal.compact(NOON.plusSeconds(1))).isEqualTo(27);
        assertThat(journal.gap(ORDERS, Optional.empty(), 9)).containsExactly(key("e0"), key("e1"), key("e2"));
        assertThat(journal.find(rid("g29"))).as("the newest is kept").isPresent();
        assertThat(journal.stats(ORDERS).gap()).isEqualTo(3);
    }

    @Test
    void goesOnWhileOthersAppend() throws InterruptedException {
        deliver(0, 2_000);
        Thread appender = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 300; i++) {
                appended(journal, write("a" + i, "e"));
            }
        });

        assertThat(journal.compact(NOON.plusSeconds(1))).isEqualTo(2_000);
        appender.join();
        assertThat(journal.stats(ORDERS).undelivered()).isEqualTo(300);
    }
}
