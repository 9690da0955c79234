package dev.bailey.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final Duration TTL = Duration.ofMillis(600);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final SharedStore store = Postgres.store();
    private final AtomicLong aNanos = new AtomicLong();
    private final AtomicLong bNanos = new AtomicLong();
    private Lease a = join("a", TTL, aNanos);
    private final Lease b = join("b", TTL, bNanos);

    private Lease join(String name, Duration ttl, AtomicLong nanos) {
        return Lease.join(store, new NodeName(name), "127.0.0.1:1" + name.hashCode(), ttl, nanos::get);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void oneHasItUntilItsTimeIsOver() {
        assertThat(a.owner()).isEmpty();
        assertThat(a.tryTake()).isTrue();
        assertThat(b.tryTake()).isFalse();
        assertThat(b.owner().orElseThrow().name()).isEqualTo(new NodeName("a"));
        assertThat(a.valid(Duration.ofMillis(599))).hasValue(1);
        assertThat(a.valid(TTL)).isEmpty();
        assertThat(b.valid(Duration.ZERO)).isEmpty();

        await().atMost(Duration.ofSeconds(10)).until(b::tryTake);

        assertThat(b.valid(Duration.ZERO)).hasValue(2);
        assertThat(a.renew())
                .isInstanceOfSatisfying(
                        Renewal.Lost.class,
                        lost -> assertThat(lost.to().orElseThrow().name()).isEqualTo(b.name()));
        assertThat(a.valid(Duration.ZERO)).isEmpty();
        assertThat(a.tryTake()).isFalse();
    }

    @Test
    void renewedInTimeItStaysTheSame() {
        assertThat(a.tryTake()).isTrue();
        for (int i = 0; i < 5; i++) {
            aNanos.addAndGet(TTL.dividedBy(2).toNanos());
            assertThat(a.renew()).isEqualTo(new Renewal.Held(1));
            assertThat(a.tryTake()).isTrue();
            assertThat(a.unbroken(1)).isTrue();
        }
    }

    @Test
    void renewedAfterALapseItIsAnother() {
        assertThat(a.tryTake()).isTrue();
        Fence fence = a.fence();
        try (StateDb db = StateDb.open(store, fence)) {
            aNanos.addAndGet(TTL.toNanos());
            assertThat(a.unbroken(1)).isFalse();
            assertThat(a.valid(Duration.ZERO)).isEmpty();
            assertThatThrownBy(() -> new Progress(db).put("k", "lapsed"))
                    .isInstanceOf(StateException.Fenced.class)
                    .hasMessageContaining("its lease is over");

            assertThat(a.renew()).isEqualTo(new Renewal.Again(2));

            assertThat(a.unbroken(1)).isFalse();
            assertThat(a.unbroken(2)).isTrue();
            new Progress(db).put("k", "nobody else had it");
        }
    }

    @Test
    void aReleaseLetsAnotherTakeItAtOnce() {
        try (Lease c = join("c", LONG, aNanos)) {
            assertThat(c.tryTake()).isTrue();
            assertThat(b.tryTake()).isFalse();
            c.release();
            assertThat(c.valid(Duration.ZERO)).isEmpty();
            assertThatThrownBy(c::fence).isInstanceOf(StateException.Fenced.class);
            assertThat(b.tryTake()).isTrue();
            assertThat(b.valid(Duration.ZERO)).hasValue(2);
        }
    }

    @Test
    void aProcessThatStartsAgainWaitsForItsEarlierLife() {
        assertThat(a.tryTake()).isTrue();
        a.close();
        a = join("a", TTL, aNanos);
        assertThat(a.incarnation()).isEqualTo(2);
        assertThat(a.tryTake()).isFalse();
        await().atMost(Duration.ofSeconds(10)).until(a::tryTake);
        assertThat(a.valid(Duration.ZERO)).hasValue(2);
    }

    @Test
    void aProcessThatPausedPastItsLeaseWritesNothing() {
        assertThat(a.tryTake()).isTrue();
        try (StateDb db = StateDb.open(store, a.fence());
                StateDb other = StateDb.open(store, Fence.none())) {
            new Progress(db).put("k", "before");
            await().atMost(Duration.ofSeconds(10)).until(b::tryTake);
            // Its own clock has not moved yet: the store alone must stop it.
            assertThat(a.valid(Duration.ZERO)).isPresent();
            assertThatThrownBy(() -> new Progress(db).put("k", "paused"))
                    .isInstanceOf(StateException.Fenced.class)
                    .hasMessageContaining("another process has taken over");
            aNanos.addAndGet(TTL.toNanos());
            assertThat(a.valid(Duration.ZERO)).isEmpty();
            assertThat(new Progress(other).get("k")).contains("before");
            // Had again, what the old fence guards has been out of date in between.
            b.release();
            assertThat(a.tryTake()).isTrue();
            assertThatThrownBy(() -> new Progress(db).put("k", "stale")).isInstanceOf(StateException.Fenced.class);
        }
    }

    @Test
    void aTakeoverWaitsForATransactionThatIsOpen() throws Exception {
        assertThat(a.tryTake()).isTrue();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean taken = new AtomicBoolean();
        try (StateDb db = StateDb.open(store, a.fence());
                StateDb other = StateDb.open(store, Fence.none())) {
            Thread writer = Thread.startVirtualThread(() -> db.write(connection -> {
                inside.countDown();
                awaitUninterruptibly(goOn);
                return Sql.update(connection, "insert into progress values ('k', 'in time')");
            }));
            assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
            // Past the holder's time in the store, the open transaction alone is in the way.
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> b.owner()
                            .orElseThrow()
                            .until()
                            .isBefore(other.read(connection -> Sql.query(
                                            connection,
                                            "select clock_timestamp()",
                                            row -> row.getObject(1, java.time.OffsetDateTime.class))
                                    .getFirst()
                                    .toInstant())));
            assertThat(b.tryTake()).isFalse();
            goOn.countDown();
            assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
            assertThat(new Progress(other).get("k")).contains("in time");
            taken.set(b.tryTake());
            assertThat(taken).isTrue();
            assertThatThrownBy(() -> new Progress(db).put("k", "late")).isInstanceOf(StateException.Fenced.class);
        }
    }

    @Test
    void aProcessPausedInsideATransactionKeepsNobodyOutForLong() throws Exception {
        assertThat(a.tryTake()).isTrue();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        try (StateDb db = StateDb.open(store, a.fence());
                StateDb other = StateDb.open(store, Fence.none())) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    db.write(connection -> {
                        Sql.update(connection, "insert into progress values ('k', 'paused')");
                        inside.countDown();
                        awaitUninterruptibly(goOn);
                        return 0;
                    });
                } catch (StateException e) {
                    thrown.add(e);
                }
            });
            assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(20)).until(b::tryTake);
            goOn.countDown();
            assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
            assertThat(thrown).hasSize(1);
            assertThat(new Progress(other).get("k")).isEmpty();
        }
    }

    @Test
    void theKeeperRenewsAndTellsALossOnce() {
        List<Renewal> news = new CopyOnWriteArrayList<>();
        try (Lease real = Lease.join(store, new NodeName("r"), "-", TTL.multipliedBy(5), System::nanoTime);
                LeaseKeeper keeper = LeaseKeeper.start(real, news::add)) {
            assertThat(real.tryTake()).isTrue();
            long term = real.valid(Duration.ZERO).orElseThrow();
            await().pollDelay(TTL.multipliedBy(3))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> real.unbroken(term));
            assertThat(b.tryTake()).isFalse();
            Postgres.sql(
                    "update " + store.schema() + ".lease set term = 90, tenure = 90, holder = 'b', incarnation = 1");
            await().atMost(Duration.ofSeconds(10)).until(() -> news.stream().anyMatch(Renewal.Lost.class::isInstance));
            assertThat(real.valid(Duration.ZERO)).isEmpty();
            assertThat(news.stream().filter(Renewal.Lost.class::isInstance)).hasSize(1);
            assertThat(keeper).isNotNull();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
