package dev.bailey.journal.postgres;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.key;
import static dev.bailey.journal.group.Given.minted;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.Given;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.write.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

class PostgresTablesTest {

    private final String schema = Server.schema();

    private GroupJournal open() {
        return PostgresJournal.open(Server.settings(schema), AT_NOON);
    }

    private String value(String column, String id) {
        return Server.value("select " + column + " from " + schema + ".journal_record where id = '" + id + "'");
    }

    @Test
    void tellWhoWroteAnIntentAndWhenInTheOneOrderItEnded() {
        try (GroupJournal journal = open()) {
            long first = appended(journal, write("a", "1"));
            assertThat(value("ended", "a")).isEqualTo("null");
            done(journal.outcome(rid("a"), new Outcome.Unknown("timeout")));
            long unknown = Long.parseLong(value("ended", "a"));
            long second = appended(journal, write("b", "1"));
            done(journal.outcome(rid("a"), applied()));
            long ended = Long.parseLong(value("ended", "a"));
            done(journal.delivered(List.of(rid("a")), "replay"));

            assertThat(List.of(first, unknown, second, ended)).isSorted().doesNotHaveDuplicates();
            assertThat(value("ended", "a")).isEqualTo(Long.toString(ended));
            assertThat(value("node", "a")).isEqualTo("node-1");
        }
    }

    @Test
    void takeIntentOutcomeAndDeliveryOfARecordInOneTransaction() {
        try (GroupJournal journal = open()) {
            List<CompletionStage<Changed>> stages = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                journal.append(Given.creation("r" + i));
                stages.add(journal.outcome(rid("r" + i), minted("e" + i)));
                stages.add(journal.attempted(rid("r" + i), "refused", NOON));
                stages.add(journal.delivered(List.of(rid("r" + i)), "replay"));
            }

            assertThat(stages).allSatisfy(stage -> assertThat(done(stage)).isEqualTo(1));
            assertThat(journal.find(rid("r49"))).hasValueSatisfying(record -> {
                assertThat(record.head().entity()).contains(key("e49"));
                assertThat(record.head().attempts()).isEqualTo(1);
                assertThat(record.head().note()).isEqualTo("replay");
                assertThat(record.intent().entity()).isEmpty();
                assertThat(record.applied().orElseThrow())
                        .usingRecursiveComparison()
                        .isEqualTo(minted("e49"));
            });
        }
    }

    @Test
    void takeKeysOfAnyLength() {
        String entity = IntStream.range(0, 20_000).mapToObj(Integer::toString).reduce("", String::concat);
        try (GroupJournal journal = open()) {
            appended(journal, Given.gapWrite("a", entity + "a"));
            appended(journal, Given.gapWrite("b", entity + "b"));
            done(journal.outcome(rid("a"), applied()));
            done(journal.outcome(rid("b"), applied()));

            assertThat(journal.gap(ORDERS, Optional.empty(), 1)).containsExactly(key(entity + "a"));
            assertThat(journal.gap(ORDERS, Optional.of(key(entity + "a")), 9)).containsExactly(key(entity + "b"));
            assertThat(done(journal.gapCarried(ORDERS, List.of(key(entity + "a")), Long.MAX_VALUE)))
                    .isEqualTo(1);
        }
    }

    @Test
    void refuseWhatTextCannotHoldAndNothingThatSharesItsGroup() {
        try (GroupJournal journal = open()) {
            List<CompletionStage<Appended>> good = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                good.add(journal.append(write("r" + i, "e")));
            }
            CompletionStage<Appended> early = journal.append(write("nul", "a\0b"));
            CompletionStage<Appended> late = journal.append(write("nul\0id", "e"));
            CompletionStage<Changed> outcome = journal.outcome(rid("r0"), new Outcome.Unknown("reset\0by peer"));

            assertThat(answer(early)).isInstanceOf(Appended.Failed.class);
            assertThat(answer(late)).isInstanceOf(Appended.Failed.class);
            assertThat(good).allSatisfy(stage -> assertThat(answer(stage)).isInstanceOf(Appended.Durable.class));
            assertThat(done(outcome)).isEqualTo(1);
            appended(journal, write("next", "e"));
            assertThat(journal.stats(ORDERS).undelivered()).isEqualTo(21);
        }
    }

    @Test
    void areMadeOnceBySeveralProcessesThatStartTogether() throws Exception {
        ConcurrentLinkedQueue<Long> sequences = new ConcurrentLinkedQueue<>();
        try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 6; i++) {
                int number = i;
                starts.submit(() -> {
                    try (GroupJournal journal = open()) {
                        sequences.add(appended(journal, write("r" + number, "e")));
                    }
                    return number;
                });
            }
        }

        assertThat(sequences).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void shareTheirSchemaWithThoseOfOthersWhoeverComesFirst() {
        others();
        try (GroupJournal journal = open()) {
            appended(journal, write("a", "1"));
        }
        String second = Server.schema();
        PostgresJournal.open(Server.settings(second), AT_NOON).close();
        Server.sql("set search_path to " + second + "; create table other_history (id integer)");
        PostgresJournal.open(Server.settings(second), AT_NOON).close();
    }

    private void others() {
        Flyway.configure()
                .dataSource(Server.url(), "postgres", "postgres")
                .defaultSchema(schema)
                .table("other_schema")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations("classpath:nothing/here")
                .failOnMissingLocations(false)
                .load()
                .baseline();
    }

    @Test
    void areRefusedWhenANewerBaileyMadeThem() {
        open().close();
        Server.sql("insert into " + schema
                + ".journal_schema (installed_rank, version, description, type, script, checksum,"
                + " installed_by, execution_time, success) values (99, '99', 'future', 'SQL', 'V99__future.sql', 1, 'x', 1,"
                + " true)");

        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("if a newer Bailey made them, run that one");
    }

    @Test
    void areNotReachedAtAWrongAddress() {
        assertThatThrownBy(() -> PostgresJournal.open(
                        PostgresJournalSettings.of(
                                "jdbc:postgresql://127.0.0.1:1/x?user=u&password=secret", schema, "n", Server.OPEN),
                        AT_NOON))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("check the URL")
                .hasMessageNotContaining("secret");
    }

    @Test
    void areWrittenWithAFlushWhateverTheServersDefault() throws Exception {
        Server.sql("create role loose login superuser; alter role loose set synchronous_commit = off");
        String url = Server.url().replace("user=postgres", "user=loose");
        List<String> seen = new ArrayList<>();
        Fence look = connection -> {
            try (var statement = connection.createStatement();
                    var found = statement.executeQuery("select current_setting('synchronous_commit')")) {
                found.next();
                seen.add(found.getString(1));
            }
        };
        try (GroupJournal journal = PostgresJournal.open(PostgresJournalSettings.of(url, schema, "n", look), AT_NOON)) {
            appended(journal, write("a", "1"));
        }

        assertThat(seen).isNotEmpty().containsOnly("on");
    }

    @Test
    void areReachedAgainWhenTheServerCutIdleConnections() {
        Fence asks = connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("select 1");
            }
        };
        try (GroupJournal journal = PostgresJournal.open(Server.settings(schema, asks), AT_NOON)) {
            appended(journal, write("a", "1"));
            assertThat(journal.find(rid("a"))).isPresent();
            Server.value("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    + " where application_name like 'bailey journal%'");

            appended(journal, write("b", "1"));
            assertThat(journal.find(rid("b"))).isPresent();
        }
    }
}
