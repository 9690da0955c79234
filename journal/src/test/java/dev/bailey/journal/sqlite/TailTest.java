package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.group.Given;
import dev.bailey.journal.group.Row;
import dev.bailey.model.write.RecordState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each commit folds of the end of the log. */
class TailTest {

    private static final int STEP = 50;
    private static final long MUCH = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void foldsNoMoreNewRecordsThanAStepHas() throws Exception {
        try (Written written = new Written(new Tail(400, MUCH, new Tail.Step(200, MUCH, STEP)))) {
            for (int group = 0; group < 60; group++) {
                long before = written.book().foldedTo();
                written.group(20);
                assertThat(written.book().foldedTo() - before).isIn(0L, 40L);
            }
            assertThat(written.book().foldedTo()).isGreaterThan(600);
        }
    }

    @Test
    void doesNotGrowWhenEveryGroupIsLargerThanAStep() throws Exception {
        int group = 300;
        try (Written written = new Written(new Tail(400, MUCH, new Tail.Step(60, MUCH, STEP)))) {
            for (int i = 0; i < 10; i++) {
                written.group(group);
                assertThat(written.book().tailEvents()).isLessThanOrEqualTo(400 + 2 * group);
            }
        }
    }

    @Test
    void aGroupOfWhichAPartIsFoldedIsReadFromThereOn() throws Exception {
        int group = 300;
        Tail tail = new Tail(400, MUCH, new Tail.Step(60, 1 << 10, STEP));
        long folded;
        try (Written written = new Written(tail)) {
            written.group(1); // and with it the slice, in the tables
            written.group(group);
            written.group(group);
            written.group(group);
            folded = written.book().foldedTo();
            assertThat(folded % group).as("%s records are folded", folded).isNotEqualTo(1);
        }
        Store read = Schema.prepare(folder.resolve("journal.db"), tail);
        assertThat(read.book().last()).isEqualTo(3 * group + 1);
        assertThat(read.book().unfolded()).hasSize((int) (3 * group + 1 - folded));
    }

    /** Folding fills the newest segment up; who knew it before has what was added from elsewhere. */
    @Test
    void aSegmentThatGrewHasNoMoreRecordsThanItWasKnownWith() throws Exception {
        try (Written written = new Written(new Tail(40, MUCH, new Tail.Step(200, MUCH, STEP)))) {
            written.group(20);
            written.group(20);
            written.group(20);
            Segment known = Objects.requireNonNull(written.book().newest());
            for (int group = 0; group < 3; group++) {
                written.group(20);
            }
            Segment grown = Objects.requireNonNull(written.book().newest());
            assertThat(grown.first()).isEqualTo(known.first());
            assertThat(grown.records()).isGreaterThan(known.records());
            assertThat(written.read(known)).isEqualTo(known.records());
            assertThat(written.read(grown)).isEqualTo(grown.records());
        }
    }

    @Test
    void isFoldedWhileTheGroupIsFlushed() throws Exception {
        try (Written written = new Written(new Tail(40, MUCH, new Tail.Step(200, MUCH, STEP)))) {
            written.group(1); // and with it the slice, in the tables
            written.group(39);
            assertThat(written.book().foldedTo()).isZero();
            written.group(1);
            assertThat(written.book().foldedTo()).isEqualTo(40);
            assertThat(written.book().unfolded()).hasSize(1);
        }
    }

    /** SQLite flushes nothing for a transaction that changes nothing, and what was folded is not flushed before. */
    @Test
    void aFileOfTheLogIsGivenAwayByATransactionThatIsFlushed() throws Exception {
        try (Written written = new Written(new Tail(4, MUCH, new Tail.Step(4, MUCH, STEP)))) {
            SqlTables tables = written.tables;
            written.group(5);
            List<Long> others = new ArrayList<>();
            tables.begin(List.of());
            for (int record = 1; record < 5; record++) {
                tables.enter(written.row(record), RecordState.DELIVERED, "", 0);
                others.add(written.row(record).sequence());
            }
            tables.commit();
            tables.begin(List.of());
            tables.remove(others);
            tables.commit();
            long needed = written.book().neededFrom(new Structure());
            while (written.book().neededFrom(new Structure()) == needed) {
                tables.begin(List.of());
                tables.attempted(written.row(0), "away", 0);
                tables.commit();
            }

            long before = written.writeAheadBytes();
            tables.begin(List.of());
            tables.removeFences(0);
            tables.commit();
            assertThat(written.writeAheadBytes()).isGreaterThan(before);
        }
    }

    /** Tables that are written a group at a time. */
    private final class Written implements AutoCloseable {
        private final Store store;
        private final SqlTables tables;
        private int records;

        Written(Tail tail) throws SQLException {
            Path file = folder.resolve("journal.db");
            store = Schema.prepare(file, tail);
            tables = SqlTables.open(Schema.connect(file), store, 1L << 30, new Upkeep());
        }

        void group(int size) throws SQLException {
            tables.begin(List.of());
            for (int i = 0; i < size; i++) {
                tables.insert(write(Integer.toString(records++), "1"), 0);
            }
            tables.commit();
        }

        Row row(int record) throws SQLException {
            return tables.find(Given.rid(Integer.toString(record))).orElseThrow();
        }

        long writeAheadBytes() throws IOException {
            return Files.size(folder.resolve("journal.db-wal"));
        }

        int read(Segment segment) throws SQLException {
            return store.shelf().readAnew(tables.connection(), segment).size();
        }

        Book book() {
            return store.book();
        }

        @Override
        public void close() throws SQLException {
            tables.close();
        }
    }
}
