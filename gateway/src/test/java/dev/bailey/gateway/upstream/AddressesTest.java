package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.testkit.FakeClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AddressesTest {

    private static final Outliers OUTLIERS = new Outliers(3, Duration.ofSeconds(10), 50);

    private final FakeClock clock = FakeClock.atNoon();
    private final SplittableRandom random = new SplittableRandom(7);

    static InetSocketAddress at(int last) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last}), 80);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private Addresses of(int... last) {
        return of(false, last);
    }

    private Addresses of(boolean checked, int... last) {
        Addresses addresses = new Addresses("modern", OUTLIERS, checked, clock.nanoTime());
        addresses.set(IntStream.of(last).mapToObj(AddressesTest::at).toList());
        return addresses;
    }

    private Address choose(Addresses from, @Nullable Address exclude) {
        Address chosen = from.choose(random, exclude);
        if (chosen == null) {
            throw new AssertionError("no address");
        }
        return chosen;
    }

    private Map<String, Integer> chosen(Addresses from, int times) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < times; i++) {
            counts.merge(choose(from, null).toString(), 1, Integer::sum);
        }
        return counts;
    }

    private static void fail(Addresses addresses, Address address, int times) {
        for (int i = 0; i < times; i++) {
            addresses.failed(address);
        }
    }

    @Test
    void whatIsNotKnownIsNull() {
        assertThat(of().choose(random, null)).isNull();
    }

    @Test
    void ofOneAddressNothingIsCountedAndNothingJudged() {
        Addresses one = of(1);
        Address only = choose(one, null);
        assertThat(one.began(only)).isFalse();
        fail(one, only, 100);
        assertThat(choose(one, only)).isSameAs(only);
        assertThat(one.ejections()).isZero();
        one.healthy(only, false);
        assertThat(choose(one, null)).as("there is no other").isSameAs(only);
        assertThat(one.isPanicking()).as("but it shows").isTrue();
    }

    @Test
    void equallyLoadedAddressesShareTheRequests() {
        assertThat(chosen(of(1, 2, 3, 4), 8_000).values())
                .allSatisfy(count -> assertThat(count).isBetween(1_800, 2_200));
    }

    @Test
    void aSlowAddressGetsLessAndLess() {
        Addresses addresses = of(1, 2, 3);
        Address slow = addresses.all().getFirst();
        int[] work = {20, 1, 1};
        record UnderWay(Address address, int until) {}
        PriorityQueue<UnderWay> underWay = new PriorityQueue<>(Comparator.comparingInt(UnderWay::until));
        int[] served = new int[3];
        for (int tick = 0; tick < 20_000; tick++) {
            Address address = choose(addresses, null);
            assertThat(addresses.began(address)).isTrue();
            int index = addresses.all().indexOf(address);
            served[index]++;
            underWay.add(new UnderWay(address, tick + work[index]));
            while (underWay.element().until() <= tick) {
                addresses.ended(underWay.remove().address());
            }
        }
        assertThat(served[0]).as("of 20,000 to %s: %s", slow, served).isLessThan(2_500);
        assertThat(addresses.all().get(1).inFlight()).isLessThan(5);
    }

    @Test
    void theOneThatFailedARequestIsNotTriedAgainByIt() {
        for (Addresses addresses : List.of(of(1, 2), of(1, 2, 3))) {
            Address failed = addresses.all().getFirst();
            for (Address other : addresses.all()) {
                if (other != failed) {
                    addresses.began(other);
                }
            }
            for (int i = 0; i < 200; i++) {
                assertThat(choose(addresses, failed))
                        .as("though it is the least loaded")
                        .isNotSameAs(failed);
            }
        }
    }

    @Test
    void failuresInARowEjectUntilTheTimeIsOverAndThenForLonger() {
        Addresses addresses = of(1, 2, 3, 4);
        Address bad = addresses.all().getFirst();
        fail(addresses, bad, 2);
        addresses.succeeded(bad);
        fail(addresses, bad, 2);
        assertThat(addresses.count(Address.State.EJECTED)).as("not in a row").isZero();
        fail(addresses, bad, 1);
        assertThat(addresses.count(Address.State.EJECTED)).isEqualTo(1);
        assertThat(chosen(addresses, 500)).doesNotContainKey(bad.toString());

        fail(addresses, bad, 20); // requests that were under way
        clock.advance(Duration.ofSeconds(10));
        assertThat(chosen(addresses, 500)).containsKey(bad.toString());
        fail(addresses, bad, 2);
        assertThat(addresses.count(Address.State.EJECTED)).as("a new start").isZero();
        fail(addresses, bad, 1);
        clock.advance(Duration.ofSeconds(19));
        assertThat(addresses.count(Address.State.EJECTED)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(addresses.count(Address.State.EJECTED)).isZero();

        clock.advance(Duration.ofSeconds(100));
        fail(addresses, bad, 3);
        clock.advance(Duration.ofSeconds(10));
        assertThat(addresses.count(Address.State.EJECTED)).as("forgiven").isZero();
        assertThat(addresses.ejections()).isEqualTo(3);
    }

    @Test
    void eachEjectedAddressComesBackAtItsOwnTime() {
        Addresses addresses = of(1, 2, 3, 4);
        fail(addresses, addresses.all().get(0), 3);
        clock.advance(Duration.ofSeconds(4));
        fail(addresses, addresses.all().get(1), 3);
        clock.advance(Duration.ofSeconds(6));
        assertThat(chosen(addresses, 500)).containsKey("10.0.0.1:80").doesNotContainKey("10.0.0.2:80");
        clock.advance(Duration.ofSeconds(4));
        assertThat(chosen(addresses, 500)).containsKeys("10.0.0.1:80", "10.0.0.2:80");
    }

    @Test
    void whenAllFailNoMoreThanTheShareIsOut() {
        Addresses addresses = of(1, 2, 3, 4);
        addresses.all().forEach(address -> fail(addresses, address, 30));
        assertThat(addresses.count(Address.State.EJECTED)).isEqualTo(2);
        assertThat(addresses.count(Address.State.USABLE)).isEqualTo(2);
    }

    @Test
    void theLastUsableOneIsNotEjected() {
        Addresses addresses = of(1, 2);
        addresses.all().forEach(address -> fail(addresses, address, 30));
        assertThat(addresses.count(Address.State.USABLE)).isEqualTo(1);
        assertThat(addresses.isPanicking()).isFalse();
    }

    @Test
    void unhealthyOnesAreLeftOutUntilNoneIsLeftThenAllAreUsed() {
        Addresses addresses = of(1, 2, 3);
        List<Address> all = addresses.all();
        addresses.healthy(all.get(0), false);
        assertThat(chosen(addresses, 300)).containsOnlyKeys("10.0.0.2:80", "10.0.0.3:80");
        addresses.healthy(all.get(1), false);
        assertThat(chosen(addresses, 300)).containsOnlyKeys("10.0.0.3:80");
        addresses.healthy(all.get(2), false);
        assertThat(addresses.isPanicking()).isTrue();
        assertThat(chosen(addresses, 300)).containsOnlyKeys("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
        addresses.healthy(all.get(0), true);
        assertThat(addresses.isPanicking()).isFalse();
        assertThat(chosen(addresses, 300)).containsOnlyKeys("10.0.0.1:80");
        assertThat(addresses.count(Address.State.UNHEALTHY)).isEqualTo(2);
    }

    @Test
    void anAddressThatVanishesGetsNothingNewAndOneThatJoinsDoes() {
        Addresses addresses = of(1, 2);
        AtomicInteger told = new AtomicInteger();
        addresses.onChange(told::incrementAndGet);
        Address leaving = addresses.all().get(0);
        Address staying = addresses.all().get(1);
        addresses.began(leaving);

        addresses.set(List.of(at(2), at(3)));
        assertThat(told).hasValue(1);
        assertThat(leaving.isGone()).isTrue();
        assertThat(addresses.all().get(0)).as("what is known of it is kept").isSameAs(staying);
        assertThat(chosen(addresses, 300)).containsOnlyKeys("10.0.0.2:80", "10.0.0.3:80");
        addresses.ended(leaving);
        fail(addresses, leaving, 30);
        assertThat(addresses.ejections()).as("of one that is gone").isZero();

        addresses.set(List.of(at(3), at(2)));
        assertThat(told).as("the same again is no change").hasValue(1);
        addresses.set(List.of());
        assertThat(addresses.all()).as("no answer keeps the last").hasSize(2);
    }

    @Test
    void countsStayTrueWhenOneBecomesSeveralAndSeveralOne() {
        Addresses addresses = of(1);
        Address first = choose(addresses, null);
        boolean before = addresses.began(first);
        addresses.set(List.of(at(1), at(2)));
        boolean during = addresses.began(first);
        addresses.set(List.of(at(1)));
        for (boolean counted : new boolean[] {before, during}) {
            if (counted) {
                addresses.ended(first);
            }
        }
        assertThat(first.inFlight()).isZero();
        assertThat(during).isTrue();
    }

    @Test
    void withHealthChecksAnAddressThatJoinsWaitsForItsFirst() {
        Addresses addresses = of(true, 1, 2);
        assertThat(addresses.count(Address.State.USABLE))
                .as("at the start nothing is known")
                .isEqualTo(2);
        addresses.set(List.of(at(1), at(2), at(3)));
        assertThat(chosen(addresses, 300)).doesNotContainKey("10.0.0.3:80");
        addresses.healthy(addresses.all().getLast(), true);
        assertThat(chosen(addresses, 300)).containsKey("10.0.0.3:80");
    }

    @Test
    void withoutOutlierDetectionNothingIsEjected() {
        Addresses addresses = new Addresses("legacy", null, false, clock.nanoTime());
        addresses.set(List.of(at(1), at(2)));
        fail(addresses, addresses.all().getFirst(), 1_000);
        assertThat(addresses.count(Address.State.USABLE)).isEqualTo(2);
    }

    /** Three follow each side: for requests, for what is carried and for what is compared. */
    @Test
    void whereASideIsIsToldByOneOfThoseThatFollowIt() throws Exception {
        Path folder = Path.of("");
        ServiceSpec service =
                new ServiceSpec(URI.create("http://127.0.0.1:1"), Optional.empty(), List.of(), Optional.empty());
        Logger log = (Logger) LoggerFactory.getLogger(Addresses.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        log.addAppender(told);
        try {
            Upstream.of(Side.LEGACY, service, folder, false);
            Upstream.of(Side.LEGACY, service, folder);
            Upstream.of(Side.LEGACY, service, folder);
        } finally {
            log.detachAppender(told);
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("legacy is at [127.0.0.1:1]");
    }
}
