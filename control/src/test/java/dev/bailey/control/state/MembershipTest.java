package dev.bailey.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.control.state.Membership.Ack;
import dev.bailey.control.state.Membership.Expected;
import dev.bailey.control.state.Membership.Renewed;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MembershipTest {

    private static final Duration TTL = Duration.ofMillis(600);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final SliceName ITEMS = new SliceName("items");

    private final SharedStore store = Postgres.store();
    private final AtomicLong aNanos = new AtomicLong();
    private final AtomicLong bNanos = new AtomicLong();
    private final Membership a = join("a", 1, LONG, aNanos);
    private final Membership b = join("b", 1, TTL, bNanos);

    private Membership join(String name, long incarnation, Duration ttl, AtomicLong nanos) {
        return Membership.join(store, new NodeName(name), incarnation, "h:1", "h:2", ttl, nanos::get);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private List<String> expelled() {
        return await().atMost(Duration.ofSeconds(10)).until(() -> a.expel(), expelled -> !expelled.isEmpty());
    }

    @Test
    void onlyWhoseTimeIsOverIsExpelledAndNeverComesBack() {
        assertThat(a.expel()).isEmpty();
        assertThat(expelled()).containsExactly("b#1");
        assertThat(a.members()).extracting(Member::origin).containsExactly("a#1");

        assertThat(b.renew()).isEqualTo(Renewed.EXPELLED);
        assertThat(b.valid(Duration.ZERO)).isEmpty();
        try (Membership again = join("b", 2, LONG, bNanos)) {
            assertThat(a.members()).extracting(Member::origin).containsExactly("a#1", "b#2");
            assertThat(again.renew()).isEqualTo(Renewed.YES);
        }
    }

    @Test
    void oneThatHasLostTheLeadDoesNotSayThatItLeads() {
        AtomicLong nanos = new AtomicLong();
        try (Lease lead = Lease.join(store, new NodeName("a"), "h:2", TTL, nanos::get);
                Lease other = Lease.join(store, new NodeName("b"), "h:2", LONG, nanos::get)) {
            assertThat(lead.tryTake()).isTrue();
            Fence fence = lead.fence();
            await().atMost(Duration.ofSeconds(10)).until(other::tryTake);

            assertThatThrownBy(() -> a.leads(fence)).isInstanceOf(StateException.Fenced.class);
            assertThat(a.members()).noneMatch(Member::leads);
            b.leads(other.fence());
            assertThat(a.members())
                    .filteredOn(Member::leads)
                    .extracting(Member::origin)
                    .containsExactly("b#1");
        }
    }

    @Test
    void oneThatRenewsIsNotExpelled() {
        long until = System.nanoTime() + TTL.multipliedBy(3).toNanos();
        while (System.nanoTime() - until < 0) {
            assertThat(b.renew()).isEqualTo(Renewed.YES);
            assertThat(a.expel()).isEmpty();
        }
    }

    @Test
    void timeThatLapsedBeginsAnewUnderAnotherTerm() {
        long term = b.valid(Duration.ZERO).orElseThrow();
        bNanos.addAndGet(TTL.toNanos() / 2);
        assertThat(b.renew()).isEqualTo(Renewed.YES);
        assertThat(b.unbroken(term)).isTrue();
        assertThat(b.valid(TTL)).isEmpty();

        bNanos.addAndGet(TTL.toNanos());
        assertThat(b.valid(Duration.ZERO)).isEmpty();
        assertThat(b.renew()).isEqualTo(Renewed.YES);
        assertThat(b.unbroken(term)).isFalse();
        assertThat(b.valid(Duration.ZERO)).isPresent();
    }

    @Test
    void theExpelledWriteNothingAndOpenTransactionsAreWaitedFor() {
        try (StateDb db = StateDb.open(store, b.fence())) {
            Progress progress = new Progress(db);
            progress.put("k", "before");
            assertThat(expelled()).containsExactly("b#1");
            assertThatThrownBy(() -> progress.put("k", "after"))
                    .isInstanceOf(StateException.Fenced.class)
                    .hasMessageContaining("it is expelled");
            assertThat(progress.get("k")).hasValue("before");
        }
    }

    @Test
    void oneWhoseTimeIsOverWritesNothingEvenIfNobodyExpelledIt() {
        try (StateDb db = StateDb.open(store, b.fence())) {
            bNanos.addAndGet(TTL.toNanos());
            assertThatThrownBy(() -> new Progress(db).put("k", "late"))
                    .isInstanceOf(StateException.Fenced.class)
                    .hasMessageContaining("its time is over");
        }
    }

    @Test
    void whoHasNotAcknowledgedIsMissingUntilItDoesOrIsExpelled() {
        Epoch next = new Epoch(7);
        assertThat(a.missing(ITEMS, Ack.HELD, next, Expected.LIVING)).containsExactly("b#1");
        b.acknowledge(ITEMS, Ack.SETTLED, next);
        assertThat(a.missing(ITEMS, Ack.HELD, next, Expected.LIVING)).containsExactly("b#1");
        assertThat(a.missing(ITEMS, Ack.SETTLED, next, Expected.LIVING)).isEmpty();
        b.acknowledge(ITEMS, Ack.HELD, next);
        b.acknowledge(ITEMS, Ack.HELD, new Epoch(5));
        assertThat(a.missing(ITEMS, Ack.HELD, next, Expected.LIVING)).isEmpty();
        assertThat(a.missing(ITEMS, Ack.HELD, next.next(), Expected.LIVING)).containsExactly("b#1");
        expelled();
        assertThat(a.missing(ITEMS, Ack.HELD, next.next(), Expected.LIVING)).isEmpty();
    }

    private List<String> missingOfAll() {
        return a.missing(ITEMS, Ack.HELD, new Epoch(7), Expected.EVERYBODY);
    }

    @Test
    void whoIsExpelledAndMayHaveGoneOnIsWaitedForUntilItSaysThatItHasEnded() {
        expelled();
        assertThat(a.unheard()).containsExactly("b#1");
        assertThat(missingOfAll()).containsExactly("b#1");
        assertThat(a.known())
                .filteredOn(Member::mayWrite)
                .extracting(Member::origin)
                .contains("b#1");
        b.leave(true, Duration.ZERO);
        assertThat(a.unheard()).isEmpty();
        assertThat(missingOfAll()).isEmpty();
    }

    @Test
    void whoLeavesAndOwesWhatIsOnItsOwnDiskIsWaitedForStill() {
        b.leave(false, Duration.ZERO);
        assertThat(a.unheard()).containsExactly("b#1");
        try (Membership again = join("b", 2, LONG, bNanos)) {
            assertThat(again.earlier()).containsExactly(1L);
            again.ended(again.earlier(), Duration.ZERO);
            assertThat(again.earlier()).isEmpty();
            assertThat(missingOfAll()).containsExactly("b#2");
        }
        assertThat(a.unheard()).isEmpty();
    }

    /** Its last requests may be under way when it is known to be gone. */
    @Test
    void whatTheGoneHaveSentIsGivenTimeToLand() {
        expelled();
        try (Membership.Observer observer = Membership.observe(store)) {
            assertThat(observer.remove(new NodeName("b"), Duration.ofSeconds(1)))
                    .isTrue();
        }
        assertThat(a.unheard()).isEmpty();
        assertThat(missingOfAll()).containsExactly("b#1");
        await().atMost(Duration.ofSeconds(10)).until(() -> missingOfAll().isEmpty());
    }

    @Test
    void anOperatorsWordExpelsAtOnce() {
        try (Membership.Observer observer = Membership.observe(store)) {
            assertThat(observer.remove(new NodeName("c"), Duration.ZERO)).isFalse();
            assertThat(observer.remove(new NodeName("a"), Duration.ZERO)).isTrue();
        }
        assertThat(a.renew()).isEqualTo(Renewed.EXPELLED);
        assertThat(Membership.any(store)).isTrue();
        b.leave(true, Duration.ZERO);
        assertThat(Membership.any(store)).isFalse();
    }

    @Test
    void figuresOfTrafficAreTakenOnce() {
        try (StateDb db = StateDb.open(store, Fence.none())) {
            MemberTraffic traffic = new MemberTraffic(db);
            traffic.put(List.of(new MemberTraffic.Part(ITEMS, 12, "1 2")));
            assertThat(traffic.take()).containsExactly(new MemberTraffic.Part(ITEMS, 12, "1 2"));
            assertThat(traffic.take()).isEmpty();
        }
    }
}
