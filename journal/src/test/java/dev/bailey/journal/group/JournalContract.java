package dev.bailey.journal.group;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.USERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.creation;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.gapWrite;
import static dev.bailey.journal.group.Given.key;
import static dev.bailey.journal.group.Given.minted;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.model.phase.Side;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

public abstract class JournalContract extends Contract {

    private GroupJournal journal;

    @BeforeEach
    void open() {
        journal = open(AT_NOON);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void reopen() {
        journal.close();
        open();
    }

    private RecordState state(String id) {
        return journal.find(rid(id)).orElseThrow().head().state();
    }

    private List<String> undelivered() {
        List<String> ids = new ArrayList<>();
        journal.replayUndelivered(head -> ids.add(head.id().value()));
        return ids;
    }

    @Test
    void keepsAllOfAnIntentAcrossReopen() {
        WriteIntent intent = write("a", "42");
        appended(journal, intent);
        reopen();

        JournalRecord found = journal.find(rid("a")).orElseThrow();

        assertThat(found.intent()).usingRecursiveComparison().isEqualTo(intent);
        assertThat(found.applied()).isEmpty();
        assertThat(found.head().state()).isEqualTo(RecordState.INTENT);
        assertThat(found.head().changed()).isEqualTo(NOON);
        assertThat(journal.find(rid("b"))).isEmpty();
    }

    @Test
    void storesTheEntityThatTheAuthorityMinted() {
        appended(journal, creation("a"));
        assertThat(done(journal.outcome(rid("a"), minted("42")))).isEqualTo(1);
        reopen();

        JournalRecord found = journal.find(rid("a")).orElseThrow();

        assertThat(found.head().entity()).contains(key("42"));
        assertThat(found.intent().entity()).isEmpty();
        assertThat(found.applied().orElseThrow()).usingRecursiveComparison().isEqualTo(minted("42"));
    }

    @Test
    void replaysWhatIsNotFinalInOrder() {
        for (String id : List.of("intent", "applied", "rejected", "unknown", "delivered", "parked", "gap")) {
            appended(journal, id.equals("gap") ? gapWrite(id, "9") : write(id, "1"));
        }
        for (String id : List.of("applied", "delivered", "parked", "gap")) {
            done(journal.outcome(rid(id), applied()));
        }
        done(journal.outcome(rid("rejected"), new Outcome.Rejected(409)));
        done(journal.outcome(rid("unknown"), new Outcome.Unknown("timeout after 2 s")));
        done(journal.delivered(List.of(rid("delivered")), "replay"));
        done(journal.parked(rid("parked"), "follower answered 422"));
        reopen();

        assertThat(undelivered()).containsExactly("intent", "applied", "unknown", "parked");
        assertThat(journal.stats(ORDERS)).isEqualTo(new JournalStats(7, 3, 1, 1, 1, Optional.of(NOON)));
    }

    @Test
    void replaysMoreThanOnePage() {
        List<CompletionStage<Appended>> stages = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            stages.add(journal.append(write("r" + i, "e" + i % 7)));
        }
        stages.forEach(Given::answer);

        assertThat(undelivered()).hasSize(2_500).startsWith("r0", "r1").endsWith("r2499");
    }

    @Test
    void refusesIllegalChangesAndChangesNothing() {
        appended(journal, write("a", "1"));
        appended(journal, write("b", "1"));
        done(journal.outcome(rid("b"), applied()));

        assertThat(answer(journal.delivered(List.of(rid("b"), rid("a")), "replay")))
                .isInstanceOf(Changed.Refused.class);
        assertThat(answer(journal.outcome(rid("b"), new Outcome.Rejected(400)))).isInstanceOf(Changed.Refused.class);
        assertThat(answer(journal.parked(rid("a"), "?"))).isInstanceOf(Changed.Refused.class);
        assertThat(answer(journal.outcome(rid("nowhere"), applied()))).isInstanceOf(Changed.Refused.class);
        assertThat(state("a")).isEqualTo(RecordState.INTENT);
        assertThat(state("b")).isEqualTo(RecordState.APPLIED);
        assertThat(journal.stats(ORDERS).undelivered()).isEqualTo(2);
    }

    @Test
    void deliveringTwiceChangesNothingTheSecondTime() {
        appended(journal, write("a", "1"));
        done(journal.outcome(rid("a"), applied()));

        assertThat(done(journal.delivered(List.of(rid("a"), rid("a")), "replay")))
                .isEqualTo(1);
        assertThat(done(journal.delivered(List.of(rid("a")), "refresh"))).isZero();
        assertThat(journal.find(rid("a")).orElseThrow().head().note()).isEqualTo("replay");
        assertThat(journal.stats(ORDERS)).isEqualTo(new JournalStats(1, 0, 0, 0, 0, Optional.empty()));
    }

    @Test
    void anOutcomeNeverTakesAParkedRecordBackButUnparkingDoes() {
        appended(journal, write("a", "1"));
        done(journal.outcome(rid("a"), applied()));
        done(journal.parked(rid("a"), "follower answered 422"));

        assertThat(answer(journal.outcome(rid("a"), applied()))).isInstanceOf(Changed.Refused.class);
        assertThat(done(journal.unparked(ORDERS, key("2")))).isZero();
        assertThat(done(journal.unparked(USERS, key("1")))).isZero();
        assertThat(done(journal.unparked(ORDERS, key("1")))).isEqualTo(1);
        assertThat(state("a")).isEqualTo(RecordState.APPLIED);
        assertThat(journal.stats(ORDERS).parked()).isZero();
    }

    @Test
    void countsAttemptsWithTheirReason() {
        appended(journal, write("a", "1"));
        done(journal.outcome(rid("a"), applied()));
        done(journal.attempted(rid("a"), "connection refused", NOON.plusSeconds(1)));
        done(journal.attempted(rid("a"), "timeout", NOON.plusSeconds(2)));

        JournalRecord.Head head = journal.find(rid("a")).orElseThrow().head();

        assertThat(head.attempts()).isEqualTo(2);
        assertThat(head.note()).isEqualTo("timeout");
        assertThat(head.changed()).isEqualTo(NOON.plusSeconds(2));
    }

    @Test
    void aFenceTakesAPlaceInTheSequence() {
        long before = appended(journal, write("a", "1"));
        long fence = answer(journal.fence(ORDERS)).sequence();
        reopen();
        long after = appended(journal, write("b", "1"));

        assertThat(List.of(before, fence, after)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void refusesAnIdThatIsThereAlready() {
        appended(journal, write("a", "1"));

        assertThat(answer(journal.append(write("a", "2")))).isInstanceOf(Appended.Failed.class);
        assertThat(journal.stats(ORDERS).appended()).isEqualTo(1);
        appended(journal, write("b", "2"));
    }

    @Test
    void listsNewestFirst() {
        for (int i = 1; i <= 5; i++) {
            appended(journal, write("r" + i, i % 2 == 0 ? "even" : "odd"));
        }
        appended(journal, write(USERS, "u", Optional.of(key("even")), Optional.of(Side.MODERN), NOON, 1));
        done(journal.outcome(rid("r3"), applied()));

        assertThat(ids(new JournalQuery(Optional.of(ORDERS), Set.of(), Optional.empty(), Optional.empty(), 2)))
                .containsExactly("r5", "r4");
        assertThat(ids(new JournalQuery(Optional.empty(), Set.of(), Optional.empty(), Optional.of(5L), 3)))
                .containsExactly("r4", "r3", "r2");
        assertThat(ids(new JournalQuery(Optional.of(ORDERS), Set.of(), Optional.of(key("even")), Optional.empty(), 9)))
                .containsExactly("r4", "r2");
        assertThat(ids(new JournalQuery(
                        Optional.empty(), Set.of(RecordState.APPLIED), Optional.empty(), Optional.empty(), 9)))
                .containsExactly("r3");
        assertThat(ids(new JournalQuery(
                        Optional.empty(),
                        Set.of(RecordState.APPLIED, RecordState.DELIVERED),
                        Optional.empty(),
                        Optional.empty(),
                        9)))
                .containsExactly("r3");
    }

    private List<String> ids(JournalQuery query) {
        return journal.list(query).stream()
                .map(JournalRecord.Head::id)
                .map(RecordId::value)
                .toList();
    }

    @Test
    void keepsTheKeysOfAGapUntilTheyAreCarried() {
        long last = 0;
        for (String entity : List.of("3", "1", "2", "1")) {
            String id = "g" + journal.stats(ORDERS).appended();
            last = appended(journal, gapWrite(id, entity));
            done(journal.outcome(rid(id), applied()));
        }
        appended(journal, write("followed", "0"));
        done(journal.outcome(rid("followed"), applied()));

        assertThat(journal.gap(ORDERS, Optional.empty(), 2)).containsExactly(key("1"), key("2"));
        assertThat(journal.gap(ORDERS, Optional.of(key("2")), 2)).containsExactly(key("3"));
        assertThat(journal.gap(USERS, Optional.empty(), 2)).isEmpty();
        assertThat(done(journal.gapCarried(ORDERS, List.of(key("1"), key("2")), last - 1)))
                .isEqualTo(2);
        assertThat(journal.gap(ORDERS, Optional.empty(), 9)).containsExactly(key("1"), key("3"));
        assertThat(journal.stats(ORDERS).gap()).isEqualTo(2);
        assertThat(journal.stats(ORDERS).undelivered()).isEqualTo(1);
    }

    @Test
    void tellsRecentKeysNewestFirst() {
        for (int i = 0; i < 4; i++) {
            appended(
                    journal,
                    write(ORDERS, "r" + i, Optional.of(key("e" + i % 3)), Optional.empty(), NOON.plusSeconds(i), 1));
        }
        done(journal.outcome(rid("r2"), new Outcome.Rejected(404)));

        assertThat(journal.recentKeys(ORDERS, NOON.plusSeconds(1), 9)).containsExactly(key("e0"), key("e1"));
        assertThat(journal.recentKeys(ORDERS, NOON, 1)).containsExactly(key("e0"));
        assertThat(journal.recentKeys(ORDERS, NOON.plusSeconds(4), 9)).isEmpty();
    }

    @Test
    void boundsWhatIsUndeliveredPerSlice() {
        journal.close();
        journal = open(GroupBounds.defaults().withUndeliveredPerSlice(2), AT_NOON);
        appended(journal, write("a", "1"));
        appended(journal, write("b", "1"));

        assertThat(answer(journal.append(write("c", "1")))).isInstanceOf(Appended.Full.class);
        appended(journal, write(USERS, "u", Optional.empty(), Optional.of(Side.MODERN), NOON, 1));
        done(journal.outcome(rid("a"), new Outcome.Rejected(400)));
        appended(journal, write("d", "1"));
    }

    @Test
    void answersEverythingThatWaitsWhenItIsClosed() {
        List<CompletionStage<Appended>> stages = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            stages.add(journal.append(write("r" + i, "e")));
        }
        journal.close();

        assertThat(stages)
                .allSatisfy(stage -> assertThat(stage.toCompletableFuture())
                        .isCompletedWithValueMatching(Appended.Durable.class::isInstance));
        assertThat(answer(journal.append(write("late", "e")))).isInstanceOf(Appended.Failed.class);
        assertThat(answer(journal.outcome(rid("r1"), applied()))).isInstanceOf(Changed.Failed.class);
    }

    @Test
    void keepsBodiesOfAnyBytes() {
        byte[] body = new byte[70_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        appended(journal, write("a", "1"));
        done(journal.outcome(rid("a"), new Outcome.Applied(200, Optional.empty(), List.of(), body)));

        assertThat(journal.find(rid("a")).orElseThrow().applied().orElseThrow().body())
                .isEqualTo(body);
        assertThat(new String(journal.find(rid("a")).orElseThrow().intent().body(), StandardCharsets.UTF_8))
                .isEqualTo("x".repeat(100));
    }
}
