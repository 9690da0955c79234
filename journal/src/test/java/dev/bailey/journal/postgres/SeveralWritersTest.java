package dev.bailey.journal.postgres;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.USERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.key;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.journal.RecordFeed;
import dev.bailey.journal.RecordFeed.Seen;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.phase.Side;
import dev.bailey.model.write.RecordState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Two or more journals over the same tables at the same time. */
class SeveralWritersTest {

    private final String schema = Server.schema();

    private PostgresJournalSettings settings(String origin) {
        return PostgresJournalSettings.of(Server.url(), schema, origin, Server.OPEN)
                .amongOthers();
    }

    private GroupJournal open(String origin) {
        return PostgresJournal.open(settings(origin), AT_NOON);
    }

    private static long ended(RecordFeed.Look look, String id) {
        return look.records().stream()
                .filter(seen -> seen.head().id().equals(rid(id)))
                .findFirst()
                .orElseThrow()
                .ended()
                .orElseThrow();
    }

    private static List<String> ids(RecordFeed.Look look) {
        return look.records().stream().map(seen -> seen.head().id().value()).toList();
    }

    @Test
    void numbersAreInTheOrderOfWhatHappened() {
        try (GroupJournal a = open("a#1");
                GroupJournal b = open("b#1");
                RecordFeed feed = PostgresJournal.feed(settings("a#1"))) {
            long first = appended(a, write("1", "e"));
            assertThat(done(a.outcome(rid("1"), applied()))).isEqualTo(1);
            long second = appended(b, write("2", "e"));
            assertThat(done(b.outcome(rid("2"), applied()))).isEqualTo(1);
            long third = appended(a, write("3", "e"));

            RecordFeed.Look look = feed.next();
            assertThat(List.of(first, ended(look, "1"), second, ended(look, "2"), third))
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(look.records()).extracting(Seen::origin).containsExactly("a#1", "b#1", "a#1");
            assertThat(look.position()).isEqualTo(third);
        }
    }

    @Test
    void aLookShowsWhatBecameVisibleSinceTheOneBeforeInWhateverOrderItWasCommitted() throws Exception {
        try (GroupJournal a = open("a#1");
                RecordFeed feed = PostgresJournal.feed(settings("a#1"));
                Connection slow = DriverManager.getConnection(Server.url());
                Connection foreign = DriverManager.getConnection(Server.url());
                Statement late = slow.createStatement();
                Statement long_ = foreign.createStatement()) {
            appended(a, write("1", "e"));
            assertThat(ids(feed.next())).containsExactly("1");

            foreign.setAutoCommit(false);
            long_.execute("select txid_current()"); // stays open all the while
            slow.setAutoCommit(false);
            late.execute("update " + schema + ".journal_record set note = 'late', tx = txid_current() where id = '1'");
            appended(a, write("2", "e"));
            appended(a, write("3", "e"));
            assertThat(ids(feed.next())).containsExactly("2", "3");
            assertThat(ids(feed.next())).isEmpty();

            slow.commit();
            assertThat(ids(feed.next())).containsExactly("1");
            assertThat(ids(feed.next())).isEmpty();
            foreign.rollback();
            assertThat(ids(feed.next())).isEmpty();
        }
    }

    @Test
    void everyChangeOfSeveralWritersIsSeen() throws Exception {
        int writers = 3;
        int each = 300;
        Map<String, RecordState> seen = new HashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger states = new AtomicInteger();
        List<GroupJournal> journals = new ArrayList<>();
        try (RecordFeed feed = PostgresJournal.feed(settings("feed"))) {
            for (int i = 0; i < writers; i++) {
                journals.add(open(i + "#1"));
            }
            feed.next(); // what is delivered before the first look is not in it
            Thread looker = Thread.ofVirtual().start(() -> {
                boolean last = false;
                while (!last) {
                    last = over.get();
                    for (Seen record : feed.next().records()) {
                        seen.put(record.head().id().value(), record.head().state());
                        states.incrementAndGet();
                    }
                }
            });
            List<Thread> threads = new ArrayList<>();
            for (GroupJournal journal : journals) {
                for (int t = 0; t < 8; t++) {
                    String name = journals.indexOf(journal) + "-" + t + "-";
                    threads.add(Thread.ofVirtual().start(() -> {
                        for (int i = 0; i < each / 8; i++) {
                            appended(
                                    journal,
                                    write(
                                            t(i) ? USERS : ORDERS,
                                            name + i,
                                            Optional.of(key("e")),
                                            Optional.of(Side.MODERN),
                                            NOON,
                                            10));
                            answer(journal.outcome(rid(name + i), applied()));
                            answer(journal.delivered(List.of(rid(name + i)), "replayed"));
                        }
                    }));
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
            over.set(true);
            looker.join();
            assertThat(seen).hasSize(writers * (each / 8) * 8);
            assertThat(seen.values()).containsOnly(RecordState.DELIVERED);
            assertThat(states.get()).isLessThanOrEqualTo(3 * seen.size());
            journals.getFirst().recount();
            assertThat(journals.getFirst().stats(ORDERS).undelivered()).isZero();
            assertThat(journals.getFirst().stats(ORDERS).appended()
                            + journals.getFirst().stats(USERS).appended())
                    .isEqualTo(seen.size());
        } finally {
            journals.forEach(GroupJournal::close);
        }
    }

    private static boolean t(int i) {
        return i % 2 == 0;
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void ofTwoNodesThatWantTheSameKeyOneGetsIt() {
        for (int round = 0; round < 20; round++) {
            try (GroupJournal a = open("a#1");
                    GroupJournal b = open("b#1")) {
                CompletionStage<Claimed> first = a.keys().claim(claim("a" + round, "k" + round));
                CompletionStage<Claimed> second = b.keys().claim(claim("b" + round, "k" + round));
                List<Claimed> both = List.of(answer(first), answer(second));
                assertThat(both).filteredOn(Claimed.Fresh.class::isInstance).hasSize(1);
                assertThat(both)
                        .filteredOn(Claimed.Taken.class::isInstance)
                        .singleElement()
                        .isInstanceOfSatisfying(
                                Claimed.Taken.class,
                                taken -> assertThat(taken.fate()).isInstanceOf(Fate.UnderWay.class));
            }
        }
    }

    @Test
    void keysOfTheDeadAreDecidedAndThoseOfTheLivingAreNot() {
        try (GroupJournal dead = open("dead#1");
                GroupJournal heir = open("heir#1")) {
            answer(dead.keys().claim(claim("unsent", "1")));
            answer(dead.keys().claim(claim("sent", "2")));
            answer(dead.keys().sent("sent"));
            answer(heir.keys().claim(claim("living", "3")));

            assertThat(heir.keyOwners()).containsExactlyInAnyOrder("dead#1", "heir#1");
            done(heir.takeOverKeys(List.of("dead#1")));

            assertThat(answer(heir.keys().claim(claim("x", "1")))).isInstanceOf(Claimed.Fresh.class);
            assertThat(fate(heir, "2")).isInstanceOf(Fate.Unknown.class);
            assertThat(fate(heir, "3")).isInstanceOf(Fate.UnderWay.class);
            assertThat(Server.value("select sum(keys) from " + schema + ".journal_key_total"))
                    .isEqualTo("3");
        }
    }

    @Test
    void keysThatExpireAtANodeThatClaimsNoMoreMakeRoomForOthers() {
        try (GroupJournal quiet = open("quiet#1");
                GroupJournal busy = open("busy#1")) {
            for (int i = 0; i < 4; i++) {
                answer(quiet.keys().claim(claim("q" + i, "q" + i)));
                answer(quiet.keys().unknown("q" + i, Optional.empty()));
            }
            assertThat(answer(busy.keys().claim(later("early", NOON.plusSeconds(59), 4))))
                    .isInstanceOf(Claimed.Full.class);
            assertThat(answer(busy.keys().claim(later("late", NOON.plusSeconds(61), 4))))
                    .isInstanceOf(Claimed.Fresh.class);
            isCounted();
        }
    }

    @Test
    void whatSeveralRemoveAtOnceIsCountedOnce() throws InterruptedException {
        try (GroupJournal quiet = open("quiet#1");
                GroupJournal a = open("a#1");
                GroupJournal b = open("b#1")) {
            List<String> names =
                    IntStream.range(0, 200).mapToObj(Integer::toString).toList();
            for (String name : names) {
                quiet.keys().claim(claim("q" + name, name));
                quiet.keys().unknown("q" + name, Optional.empty());
            }
            answer(quiet.keys().released("nothing"));
            List<Thread> threads = new ArrayList<>();
            for (GroupJournal journal : List.of(a, b)) {
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 40; i++) {
                        // Some of the names that are removed are wanted again.
                        answer(journal.keys().claim(later(names.get(199 - i), NOON.plusSeconds(61), 1_000)));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            isCounted();
        }
    }

    private static Claim later(String key, Instant at, int most) {
        return new Claim(
                "later" + UUID.randomUUID(), ORDERS, "shop", key, new byte[] {1}, at, at.plusSeconds(60), most);
    }

    private void isCounted() {
        assertThat(Server.value("select sum(keys) from " + schema + ".journal_key_total"))
                .isEqualTo(Server.value("select count(*) from " + schema + ".journal_key"));
    }

    private static Fate fate(GroupJournal journal, String key) {
        return ((Claimed.Taken) answer(journal.keys().claim(claim("again" + key, key)))).fate();
    }

    private static Claim claim(String id, String key) {
        return new Claim(id, ORDERS, "shop", key, new byte[] {1}, NOON, NOON.plusSeconds(60), 1_000);
    }

    @Test
    void aSliceThatAnotherWriterMadeIsKnown() {
        try (GroupJournal a = open("a#1");
                GroupJournal b = open("b#1")) {
            appended(a, write("1", "e"));
            appended(b, write(USERS, "2", Optional.of(key("u")), Optional.of(Side.MODERN), NOON, 10));
            done(b.outcome(rid("2"), applied()));

            assertThat(done(a.delivered(List.of(rid("2")), "replayed"))).isEqualTo(1);
            assertThat(answer(a.append(write("1", "e")))).isInstanceOf(Appended.Failed.class);
        }
    }
}
