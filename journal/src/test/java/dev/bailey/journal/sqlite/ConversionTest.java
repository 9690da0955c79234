package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.USERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.key;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file as version 2 wrote it: a row for each record, beside rows for bodies and answers. */
class ConversionTest {

    private static final int RECORDS = 20_000;

    /** Sequences and states: intent, applied with and without follower, rejected, unknown, delivered, parked, and so on. */
    private static final int KINDS = 7;

    private static final List<String> VERSION_2 = List.of(
            "create table meta (name text primary key, value integer not null) without rowid",
            "create table slice (id integer primary key, name text not null unique, appended integer not null,"
                    + " last integer not null)",
            "create table record (seq integer primary key, id text not null unique, slice integer not null, entity text,"
                    + " minted integer not null, epoch integer not null, authority integer not null, follower integer,"
                    + " method text not null, target text not null, state integer not null, body_kept integer not null,"
                    + " client_key integer not null, attempts integer not null, note text not null,"
                    + " at integer not null, changed integer not null)",
            "create table content (seq integer primary key, idempotency_key text not null, headers blob not null,"
                    + " body blob not null)",
            "create table answer (seq integer primary key, status integer not null, headers blob not null,"
                    + " body blob not null)",
            "create table fence (seq integer primary key, slice integer not null, at integer not null)",
            "create index record_open on record (slice, entity, seq) where state in (0, 1, 3, 5)",
            "create index record_at on record (slice, at)",
            "create table kept_key (slice integer not null, consumer text not null, name text not null,"
                    + " claim text not null unique, fingerprint blob not null, state integer not null,"
                    + " behind integer not null, record text, status integer, headers blob, body blob, whole integer,"
                    + " expires integer not null, primary key (slice, consumer, name))",
            "create table kept_total (slice integer primary key, keys integer not null)",
            "insert into meta values ('schema', 2), ('probe', 0)",
            "insert into slice values (1, 'orders', 25000, 30000), (2, 'users', 7, 5)",
            "insert into kept_key values (1, 'shop', 'k', 'key-r7', x'01', 0, 3, null, null, null, null, null, "
                    + Long.MAX_VALUE + ")");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void layOut() throws SQLException {
        file = folder.resolve("journal.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String ddl : VERSION_2) {
                statement.execute(ddl);
            }
            connection.setAutoCommit(false);
            try (PreparedStatement record = connection.prepareStatement(
                            "insert into record values (?, ?, 1, ?, ?, 7, 0, ?, 'PUT', ?, ?, 1, 1, 3, 'note', ?, ?)");
                    PreparedStatement content = connection.prepareStatement("insert into content values (?, ?, ?, ?)");
                    PreparedStatement answer =
                            connection.prepareStatement("insert into answer values (?, 201, ?, ?)")) {
                for (int i = 0; i < RECORDS; i++) {
                    int kind = i % KINDS;
                    record.setLong(1, i + 1);
                    record.setString(2, "r" + i);
                    record.setString(3, "e" + i);
                    record.setBoolean(4, kind == 5);
                    record.setObject(5, kind == 2 ? null : 1);
                    record.setString(6, "/api/orders/e" + i + "?x=ü");
                    record.setInt(7, new int[] {0, 1, 1, 2, 3, 4, 5}[kind]);
                    record.setLong(8, Code.of(NOON));
                    record.setLong(9, Code.of(NOON.plusSeconds(1)));
                    record.addBatch();
                    content.setLong(1, i + 1);
                    content.setString(2, "key-r" + i);
                    content.setBytes(
                            3,
                            Code.of(List.of(
                                    new Header("Content-Type", "application/json"),
                                    new Header("X-Name", "Zoë: a, b"))));
                    content.setBytes(4, "x".repeat(100).getBytes(StandardCharsets.UTF_8));
                    content.addBatch();
                    if (kind == 1 || kind == 2 || kind >= 5) {
                        answer.setLong(1, i + 1);
                        answer.setBytes(2, Code.of(List.of(new Header("ETag", "v" + i))));
                        answer.setBytes(3, new byte[] {1, 2});
                        answer.addBatch();
                    }
                }
                record.executeBatch();
                content.executeBatch();
                answer.executeBatch();
            }
            connection.commit();
        }
    }

    private GroupJournal open() {
        return SqliteJournal.open(file, SqliteJournalSettings.defaults(), AT_NOON);
    }

    @Test
    void takesOverEveryRecord() {
        long each = RECORDS / KINDS;
        for (int life = 0; life < 2; life++) {
            try (GroupJournal journal = open()) {
                JournalStats stats = journal.stats(ORDERS);
                assertThat(stats.appended()).isEqualTo(25_000 + life);
                assertThat(stats.gap()).isBetween(each, each + 1);
                assertThat(stats.parked()).isBetween(each, each + 1);
                assertThat(stats.unknown()).isBetween(each, each + 1);
                assertThat(journal.stats(USERS).appended()).isEqualTo(7);
                List<Long> undelivered = new ArrayList<>();
                journal.replayUndelivered(head -> undelivered.add(head.sequence()));
                assertThat(undelivered).isSorted().hasSize((int) (stats.undelivered() + stats.parked()));
                for (int i = 0; i < RECORDS; i += life == 0 ? 37 : 311) {
                    check(journal, i);
                }
                assertThat(journal.gap(ORDERS, Optional.empty(), 1)).containsExactly(key("e100"));
                assertThat(appended(journal, write("new" + life, "1"))).isGreaterThan(30_000);
            }
        }
    }

    private static void check(GroupJournal journal, int i) {
        JournalRecord found = journal.find(rid("r" + i)).orElseThrow();
        int kind = i % KINDS;
        assertThat(found.head().sequence()).isEqualTo(i + 1);
        assertThat(found.head().state())
                .isEqualTo(new RecordState[] {
                            RecordState.INTENT,
                            RecordState.APPLIED,
                            RecordState.APPLIED,
                            RecordState.REJECTED,
                            RecordState.UNKNOWN,
                            RecordState.DELIVERED,
                            RecordState.PARKED
                        }
                        [kind]);
        assertThat(found.head().attempts()).isEqualTo(3);
        assertThat(found.head().entity()).contains(key("e" + i));
        assertThat(found.intent().entity()).isEqualTo(kind == 5 ? Optional.empty() : Optional.of(key("e" + i)));
        assertThat(found.intent().idempotencyKey()).isEqualTo("key-r" + i);
        assertThat(found.intent().headers()).isEqualTo(write("r", "e").headers());
        assertThat(found.intent().body()).isEqualTo(write("r", "e").body());
        assertThat(found.applied().map(Outcome.Applied::headers))
                .isEqualTo(
                        kind == 1 || kind == 2 || kind >= 5
                                ? Optional.of(List.of(new Header("ETag", "v" + i)))
                                : Optional.empty());
    }

    @Test
    void whatWasTakenOverGoesOnAndGoes() {
        try (GroupJournal journal = open()) {
            assertThat(done(journal.outcome(rid("r0"), new Outcome.Rejected(409))))
                    .isEqualTo(1);
            assertThat(done(journal.delivered(List.of(rid("r1")), "replay"))).isEqualTo(1);
            assertThat(done(journal.unparked(ORDERS, key("e6")))).isEqualTo(1);
            long removed = journal.compact(NOON.plusSeconds(2));
            assertThat(removed).isBetween(2L * (RECORDS / KINDS), 2L * (RECORDS / KINDS) + 5);
            assertThat(journal.find(rid("r1"))).isEmpty();
            assertThat(journal.find(rid("r5"))).isEmpty();
            check(journal, 8);
        }
        try (GroupJournal journal = open()) {
            check(journal, 8);
            assertThat(journal.find(rid("r6")).orElseThrow().applied()).isPresent();
        }
    }

    @Test
    void aKeyThatWasUnderWayIsToldFromItsRecord() {
        try (GroupJournal journal = open()) {
            Claimed claimed = answer(journal.keys()
                    .claim(new Claim("c", ORDERS, "shop", "k", new byte[] {1}, NOON, NOON.plusSeconds(1), 9)));
            assertThat(claimed)
                    .isInstanceOfSatisfying(
                            Claimed.Taken.class,
                            taken -> assertThat(taken.fate()).isEqualTo(new Fate.Unknown(Optional.of(rid("r7")))));
        }
    }

    /** An end in the middle of it: some records are in segments, others still in their rows. */
    @Test
    void goesOnWhereAnEarlierStartEnded() throws SQLException {
        open().close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(VERSION_2.get(2));
            statement.execute("insert into record values (" + (RECORDS + 1)
                    + ", 'left', 1, 'e', 0, 7, 0, 1, 'PUT', '/', 0, 1, 0, 0, '', 1, 1)");
            statement.execute("insert into content values (" + (RECORDS + 1) + ", 'left', x'', x'00')");
        }
        try (GroupJournal journal = open()) {
            assertThat(journal.find(rid("left")).orElseThrow().intent().body()).hasSize(1);
            check(journal, 14);
        }
    }
}
