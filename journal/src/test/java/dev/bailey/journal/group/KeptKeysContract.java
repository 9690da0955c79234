package dev.bailey.journal.group;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.USERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

public abstract class KeptKeysContract extends Contract {

    private static final byte[] PAYLOAD = {1, 2, 3};
    private static final Instant LATER = NOON.plusSeconds(60);

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

    private static Claim claim(String id, SliceName slice, String consumer, String key, Instant at, int most) {
        return new Claim(id, slice, consumer, key, PAYLOAD, at, at.plusSeconds(60), most);
    }

    private Claimed claimed(String id, String key) {
        return claimed(id, key, NOON, 100);
    }

    private Claimed claimed(String id, String key, Instant at, int most) {
        return answer(journal.keys().claim(claim(id, ORDERS, "shop", key, at, most)));
    }

    private Fate fate(String key) {
        if (claimed("someone", key) instanceof Claimed.Taken taken) {
            return taken.fate();
        }
        throw new AssertionError("the key is free");
    }

    private static Answer told(int status) {
        return new Answer(status, List.of(new Header("Location", "/ü")), new byte[] {0, -1}, true);
    }

    @Test
    void theFirstOfSeveralClaimsWins() {
        List<CompletionStage<Claimed>> claims = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            claims.add(journal.keys().claim(claim("c" + i, ORDERS, "shop", "k", NOON, 100)));
        }

        assertThat(answer(claims.getFirst())).isInstanceOf(Claimed.Fresh.class);
        assertThat(claims.subList(1, 20))
                .allSatisfy(claim -> assertThat(answer(claim)).isInstanceOfSatisfying(Claimed.Taken.class, taken -> {
                    assertThat(taken.id()).isEqualTo("c0");
                    assertThat(taken.fingerprint()).isEqualTo(PAYLOAD);
                    assertThat(taken.fate()).isInstanceOf(Fate.UnderWay.class);
                }));
    }

    @Test
    void aKeyBelongsToItsSliceAndConsumer() {
        assertThat(claimed("a", "k")).isInstanceOf(Claimed.Fresh.class);
        assertThat(answer(journal.keys().claim(claim("b", USERS, "shop", "k", NOON, 100))))
                .isInstanceOf(Claimed.Fresh.class);
        assertThat(answer(journal.keys().claim(claim("c", ORDERS, "other", "k", NOON, 100))))
                .isInstanceOf(Claimed.Fresh.class);
        assertThat(claimed("d", "k")).isInstanceOf(Claimed.Taken.class);
    }

    @Test
    void anAnswerIsKeptAcrossReopen() {
        claimed("a", "k");
        assertThat(done(journal.keys().answered("a", Optional.empty(), told(201))))
                .isEqualTo(1);
        assertThat(fate("k")).usingRecursiveComparison().isEqualTo(new Fate.Answered(told(201)));
        reopen();

        assertThat(fate("k")).usingRecursiveComparison().isEqualTo(new Fate.Answered(told(201)));
        assertThat(answer(journal.keys().answered("a", Optional.empty(), told(200))))
                .as("it has ended")
                .isInstanceOf(Changed.Refused.class);
    }

    @Test
    void anAnswerWaitsForTheOutcomeOfItsRecord() {
        claimed("a", "k");
        appended(journal, write("r", "1"));

        assertThat(answer(journal.keys().answered("a", Optional.of(rid("r")), told(200))))
                .isInstanceOf(Changed.Failed.class);
        done(journal.outcome(rid("r"), applied()));
        assertThat(done(journal.keys().answered("a", Optional.of(rid("r")), told(200))))
                .isEqualTo(1);
    }

    @Test
    void aReleasedKeyIsFree() {
        claimed("a", "k");
        assertThat(done(journal.keys().released("a"))).isEqualTo(1);
        assertThat(answer(journal.keys().released("a"))).isInstanceOf(Changed.Refused.class);
        assertThat(claimed("b", "k")).isInstanceOf(Claimed.Fresh.class);
    }

    @Test
    void aGroupOfClaimsAnswersAndReleasesIsCarriedOutInOrder() {
        CompletionStage<Claimed> first = journal.keys().claim(claim("a", ORDERS, "shop", "k", NOON, 100));
        CompletionStage<Changed> released = journal.keys().released("a");
        CompletionStage<Claimed> second = journal.keys().claim(claim("b", ORDERS, "shop", "k", NOON, 100));
        CompletionStage<Changed> sent = journal.keys().sent("b");
        CompletionStage<Changed> answered = journal.keys().answered("b", Optional.empty(), told(200));
        CompletionStage<Claimed> third = journal.keys().claim(claim("c", ORDERS, "shop", "k", NOON, 100));

        assertThat(answer(first)).isInstanceOf(Claimed.Fresh.class);
        assertThat(done(released)).isEqualTo(1);
        assertThat(answer(second)).isInstanceOf(Claimed.Fresh.class);
        assertThat(done(sent)).isEqualTo(1);
        assertThat(done(answered)).isEqualTo(1);
        assertThat(answer(third))
                .isInstanceOfSatisfying(
                        Claimed.Taken.class, taken -> assertThat(taken.fate()).isInstanceOf(Fate.Answered.class));
        reopen();
        assertThat(fate("k")).isInstanceOf(Fate.Answered.class);
    }

    @Test
    void keysAreBoundedPerSliceUntilTheyExpire() {
        for (int i = 0; i < 3; i++) {
            assertThat(claimed("c" + i, "k" + i, NOON, 3)).isInstanceOf(Claimed.Fresh.class);
            done(journal.keys().answered("c" + i, Optional.empty(), told(200)));
        }

        assertThat(claimed("over", "k3", NOON, 3)).isInstanceOf(Claimed.Full.class);
        reopen();
        assertThat(claimed("over", "k3", NOON, 3)).isInstanceOf(Claimed.Full.class);
        assertThat(claimed("later", "k0", LATER, 3)).isInstanceOf(Claimed.Fresh.class);
        assertThat(claimed("later too", "k1", LATER, 3)).isInstanceOf(Claimed.Fresh.class);
    }

    @Test
    void aKeyUnderWayDoesNotExpire() {
        claimed("a", "k");

        assertThat(claimed("b", "k", LATER.plusSeconds(1), 100)).isInstanceOf(Claimed.Taken.class);
    }

    @Test
    void aRestartTellsWhatWasUnderWay() {
        appended(journal, write("before", "1"));
        claimed("key-sent", "sent");
        done(journal.keys().sent("key-sent"));
        claimed("key-written", "written");
        claimed("key-refused", "refused");
        claimed("key-nothing", "nothing");
        appended(journal, write("written", "1"));
        appended(journal, write("refused", "1"));
        done(journal.outcome(rid("refused"), new Outcome.Rejected(0)));
        claimed("key-unknown", "unknown");
        done(journal.keys().unknown("key-unknown", Optional.of(rid("before"))));
        reopen();

        assertThat(fate("sent")).isEqualTo(new Fate.Unknown(Optional.empty()));
        assertThat(fate("written")).isEqualTo(new Fate.Unknown(Optional.of(rid("written"))));
        assertThat(fate("unknown")).isEqualTo(new Fate.Unknown(Optional.of(rid("before"))));
        assertThat(claimed("again", "refused")).isInstanceOf(Claimed.Fresh.class);
        assertThat(claimed("again too", "nothing", NOON, 5)).isInstanceOf(Claimed.Fresh.class);
        assertThat(claimed("over", "one more", NOON, 5)).isInstanceOf(Claimed.Full.class);
    }
}
