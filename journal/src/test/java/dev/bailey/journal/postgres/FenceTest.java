package dev.bailey.journal.postgres;

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
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FenceTest {

    private static final Claim CLAIM =
            new Claim("c", ORDERS, "shop", "k", new byte[] {1}, NOON, NOON.plusSeconds(60), 10);

    private final String schema = Server.schema();
    private final AtomicBoolean lost = new AtomicBoolean();
    private final PostgresJournalSettings settings = Server.settings(schema, connection -> {
                if (lost.get()) {
                    throw new SQLException("node-2 has the lease since 12:00", "P0001");
                }
            })
            .withBounds(GroupBounds.defaults().withProbeEvery(Duration.ZERO));

    @Test
    void nothingIsWrittenWhenTheFenceDoesNotLetItPass() {
        try (GroupJournal journal = PostgresJournal.open(settings, AT_NOON)) {
            appended(journal, write("a", "1"));
            lost.set(true);

            assertThat(answer(journal.append(write("b", "1"))))
                    .isInstanceOfSatisfying(
                            Appended.Failed.class,
                            failed -> assertThat(failed.reason())
                                    .contains("node node-1 may not write the journal")
                                    .contains("node-2 has the lease since 12:00"));
            assertThat(answer(journal.outcome(rid("a"), applied()))).isInstanceOf(Changed.Failed.class);
            assertThat(answer(journal.keys().claim(CLAIM))).isInstanceOf(Claimed.Failed.class);
            assertThatThrownBy(() -> answer(journal.fence(ORDERS))).hasCauseInstanceOf(JournalException.class);
            assertThatThrownBy(() -> journal.compact(NOON.plusSeconds(1))).isInstanceOf(JournalException.class);
        }

        assertThat(count("journal_record")).isEqualTo("1");
        assertThat(count("journal_record where state = 0")).isEqualTo("1");
        assertThat(count("journal_key")).isEqualTo("0");
        assertThat(count("journal_fence")).isEqualTo("0");
    }

    @Test
    void queriesGoOnWithoutTheRightToWrite() {
        try (GroupJournal journal = PostgresJournal.open(settings, AT_NOON)) {
            appended(journal, write("a", "1"));
            lost.set(true);

            assertThat(journal.find(rid("a"))).isPresent();
        }
    }

    @Test
    void aFailureOfTheFenceThatPassesLetsWritesPassAgain() {
        try (GroupJournal journal = PostgresJournal.open(settings, AT_NOON)) {
            lost.set(true);
            assertThat(answer(journal.append(write("a", "1")))).isInstanceOf(Appended.Failed.class);
            lost.set(false);

            appended(journal, write("b", "1"));
            assertThat(journal.stats(ORDERS).undelivered()).isEqualTo(1);
        }
    }

    @Test
    void aJournalIsNotOpenedByAProcessThatMayNotWrite() {
        try (GroupJournal journal = PostgresJournal.open(settings, AT_NOON)) {
            answer(journal.keys().claim(CLAIM));
            lost.set(true);

            assertThatThrownBy(() -> PostgresJournal.open(settings, AT_NOON))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("may not write the journal");
            assertThat(count("journal_key where state = 0"))
                    .as("the claim under way is left alone")
                    .isEqualTo("1");
        }
    }

    @Test
    void whatTheFenceLocksIsLockedUntilTheCommit() {
        Server.sql("create schema " + schema + "; create table " + schema + ".lease (holder text); insert into "
                + schema + ".lease values ('node-1')");
        PostgresJournalSettings leased = Server.settings(schema, connection -> {
            try (var statement = connection.createStatement();
                    var found = statement.executeQuery("select holder from lease where holder = 'node-1' for share")) {
                if (!found.next()) {
                    throw new SQLException("another node has the lease");
                }
            }
        });
        try (GroupJournal journal = PostgresJournal.open(leased, AT_NOON)) {
            appended(journal, write("a", "1"));
            assertThat(done(journal.outcome(rid("a"), applied()))).isEqualTo(1);
            Server.sql("update " + schema + ".lease set holder = 'node-2'");

            assertThat(answer(journal.append(write("b", "1")))).isInstanceOf(Appended.Failed.class);
            assertThat(count("journal_record")).isEqualTo("1");
        }
    }

    private String count(String of) {
        return Server.value("select count(*) from " + schema + "." + of);
    }
}
