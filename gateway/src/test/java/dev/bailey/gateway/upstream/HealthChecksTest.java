package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.upstream.HealthChecks.Plan;
import dev.bailey.testkit.FakeClock;
import dev.bailey.testkit.SeededRandom;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HealthChecksTest {

    private static final Plan PLAN = new Plan(Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3);
    private static final Duration STEP = Duration.ofMillis(100);

    private final SeededRandom random = SeededRandom.orProperty(3);
    private final FakeClock clock = FakeClock.atNoon();
    private final Addresses addresses = new Addresses("modern", null, true, clock.nanoTime());
    private final Set<String> sick = new HashSet<>();
    private final Map<String, List<Long>> asked = new HashMap<>();

    private void ask(Address address, Duration timeout) throws IOException {
        asked.computeIfAbsent(address.toString(), _ -> new ArrayList<>())
                .add(clock.nanoTime().getAsLong());
        if (sick.contains(address.toString())) {
            throw new IOException("sick");
        }
    }

    private HealthChecks checks(Executor executor, int... last) {
        addresses.set(IntStream.of(last).mapToObj(AddressesTest::at).toList());
        return new HealthChecks(addresses, this::ask, PLAN, executor, random);
    }

    private void pass(HealthChecks checks, Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(STEP)) {
            checks.run(clock.nanoTime().getAsLong());
            clock.advance(STEP);
        }
    }

    private int asked(String address) {
        return asked.getOrDefault(address, List.of()).size();
    }

    @Test
    void theFirstCheckOfAnAddressDecidesAlone() {
        sick.add("10.0.0.2:80");
        HealthChecks checks = checks(Runnable::run, 1, 2, 3);
        checks.run(0);
        assertThat(addresses.count(Address.State.USABLE)).isEqualTo(2);
        assertThat(addresses.count(Address.State.UNHEALTHY)).isEqualTo(1);
        assertThat(checks.passed()).isEqualTo(2);
        assertThat(checks.failed()).isEqualTo(1);
    }

    @Test
    void afterThatSoManyInARowDo() {
        HealthChecks checks = checks(Runnable::run, 1, 2);
        pass(checks, Duration.ofSeconds(1));
        sick.add("10.0.0.1:80");
        while (asked("10.0.0.1:80") < 3) {
            pass(checks, STEP);
        }
        sick.clear();
        while (asked("10.0.0.1:80") < 4) {
            pass(checks, STEP);
        }
        sick.add("10.0.0.1:80");
        while (asked("10.0.0.1:80") < 6) {
            pass(checks, STEP);
        }
        assertThat(addresses.count(Address.State.UNHEALTHY)).as("two in a row").isZero();
        while (asked("10.0.0.1:80") < 7) {
            pass(checks, STEP);
        }
        assertThat(addresses.count(Address.State.UNHEALTHY))
                .as("three in a row")
                .isEqualTo(1);

        sick.clear();
        while (asked("10.0.0.1:80") < 8) {
            pass(checks, STEP);
        }
        assertThat(addresses.count(Address.State.UNHEALTHY)).as("one good one").isEqualTo(1);
        while (asked("10.0.0.1:80") < 9) {
            pass(checks, STEP);
        }
        assertThat(addresses.count(Address.State.UNHEALTHY)).as("two good ones").isZero();
    }

    @Test
    void checksComeAtTheIntervalGiveOrTakeATenthAndNotInStep() {
        HealthChecks checks = checks(Runnable::run, 1, 2, 3, 4);
        pass(checks, Duration.ofMinutes(5));
        assertThat(asked.values()).hasSize(4).allSatisfy(times -> {
            assertThat(times.size()).isBetween(135, 160);
            for (int i = 1; i < times.size(); i++) {
                assertThat(Duration.ofNanos(times.get(i) - times.get(i - 1)))
                        .isBetween(
                                Duration.ofMillis(1_800),
                                Duration.ofMillis(2_200).plus(STEP));
            }
        });
        assertThat(asked.get("10.0.0.1:80")).as(random.toString()).isNotEqualTo(asked.get("10.0.0.2:80"));
    }

    @Test
    void anAddressThatJoinsIsCheckedAtOnceAndOneThatVanishesNoMore() {
        HealthChecks checks = checks(Runnable::run, 1, 2);
        pass(checks, Duration.ofSeconds(1));
        addresses.set(List.of(AddressesTest.at(2), AddressesTest.at(3)));
        assertThat(addresses.count(Address.State.UNHEALTHY)).isEqualTo(1);
        pass(checks, STEP);
        assertThat(addresses.count(Address.State.USABLE)).isEqualTo(2);
        int before = asked("10.0.0.1:80");
        pass(checks, Duration.ofSeconds(10));
        assertThat(asked("10.0.0.1:80")).isEqualTo(before);
    }

    @Test
    void onlySoManyRunAtOnceAndNoAddressTwice() {
        ArrayDeque<Runnable> pending = new ArrayDeque<>();
        HealthChecks checks = checks(pending::add, IntStream.rangeClosed(1, 40).toArray());
        pass(checks, Duration.ofSeconds(20));
        assertThat(pending).hasSize(HealthChecks.MAX_AT_ONCE);
        int done = 0;
        while (done < 40) {
            pending.remove().run();
            done++;
            checks.run(clock.nanoTime().getAsLong());
        }
        assertThat(asked).hasSize(40);
        assertThat(asked.values()).allSatisfy(times -> assertThat(times).hasSize(1));
    }

    @Test
    void aCheckThatHangsIsCutOffAndCountsAsFailed() throws InterruptedException {
        addresses.set(List.of(AddressesTest.at(1), AddressesTest.at(2)));
        CountDownLatch hanging = new CountDownLatch(1);
        HealthChecks checks = new HealthChecks(
                addresses,
                (address, _) -> {
                    if (address.toString().equals("10.0.0.1:80")) {
                        hanging.countDown();
                        hang();
                    }
                },
                PLAN,
                HealthChecks.threads("test"),
                random);
        checks.run(clock.nanoTime().getAsLong());
        hanging.await();
        clock.advance(Duration.ofSeconds(2));
        checks.run(clock.nanoTime().getAsLong());
        Awaitility.await().until(() -> addresses.count(Address.State.UNHEALTHY) == 1);
        checks.close();
    }

    @Test
    void closingCutsOffWhatRunsAndBeginsNothing() throws InterruptedException {
        addresses.set(List.of(AddressesTest.at(1)));
        CountDownLatch hanging = new CountDownLatch(1);
        AtomicBoolean cut = new AtomicBoolean();
        AtomicInteger begun = new AtomicInteger();
        HealthChecks checks = new HealthChecks(
                addresses,
                (_, _) -> {
                    begun.incrementAndGet();
                    hanging.countDown();
                    try {
                        hang();
                    } finally {
                        cut.set(true);
                    }
                },
                PLAN,
                HealthChecks.threads("test"),
                random);
        checks.run(0);
        hanging.await();
        checks.close();
        Awaitility.await().untilTrue(cut);
        Awaitility.await().until(() -> checks.failed() == 1);
        assertThat(addresses.count(Address.State.UNHEALTHY)).as("told nothing").isZero();
        checks.run(Duration.ofDays(1).toNanos());
        assertThat(begun).hasValue(1);
    }

    private static void hang() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException cut) {
            throw new IOException("cut off", cut);
        }
    }
}
