package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.Bridge;
import dev.bailey.gateway.upstream.RetryRule.Attempt;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.testkit.FakeClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UpstreamMetersTest {

    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final FakeClock clock = FakeClock.atNoon();

    @Test
    void theStandingOfAddressesIsShown() {
        Addresses addresses =
                new Addresses("modern", new Outliers(1, Duration.ofSeconds(1), 50), true, clock.nanoTime());
        UpstreamMeters.addresses(meters, addresses);
        addresses.set(List.of(AddressesTest.at(1), AddressesTest.at(2), AddressesTest.at(3), AddressesTest.at(4)));
        addresses.failed(addresses.all().get(0));
        addresses.healthy(addresses.all().get(1), false);
        assertThat(meters.scrape())
                .contains("bailey_upstream_addresses{side=\"modern\",state=\"usable\"} 2.0")
                .contains("bailey_upstream_addresses{side=\"modern\",state=\"unhealthy\"} 1.0")
                .contains("bailey_upstream_addresses{side=\"modern\",state=\"ejected\"} 1.0")
                .contains("bailey_upstream_panic{side=\"modern\"} 0.0")
                .contains("bailey_upstream_ejections_total{side=\"modern\"} 1.0");
        clock.advance(Duration.ofSeconds(1));
        addresses.all().forEach(address -> addresses.healthy(address, false));
        assertThat(meters.scrape())
                .contains("bailey_upstream_addresses{side=\"modern\",state=\"unhealthy\"} 4.0")
                .contains("bailey_upstream_panic{side=\"modern\"} 1.0");
    }

    @Test
    void healthChecksAreCountedByResult() {
        Addresses addresses = new Addresses("legacy", null, true, clock.nanoTime());
        addresses.set(List.of(AddressesTest.at(1), AddressesTest.at(2)));
        HealthChecks checks = new HealthChecks(
                addresses,
                (address, _) -> {
                    if (address.toString().equals("10.0.0.1:80")) {
                        throw new IOException("sick");
                    }
                },
                new HealthChecks.Plan(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1),
                Runnable::run,
                new SplittableRandom(1));
        UpstreamMeters.checks(meters, "legacy", checks);
        checks.run(0);
        assertThat(meters.scrape())
                .contains("bailey_upstream_checks_total{result=\"healthy\",side=\"legacy\"} 1.0")
                .contains("bailey_upstream_checks_total{result=\"unhealthy\",side=\"legacy\"} 1.0");
    }

    @Test
    void whatLimitsRefuseAndWhatIsRetriedIsCounted() {
        MigrationSpec spec = Bridge.between(NOWHERE, NOWHERE)
                .limits(new LimitsSpec(Duration.ofSeconds(1), 5, 10, Duration.ofSeconds(5), Map.of(Side.MODERN, 1))
                        .withConcurrency(Map.of(Side.MODERN, 1)))
                .spec();
        SideLimits limits = new SideLimits(() -> spec);
        UpstreamMeters.limits(meters, limits, Bridge.ORDERS, Side.MODERN);
        assertThat(meters.scrape()).contains("bailey_bulkhead_refused_total{side=\"modern\",slice=\"orders\"} 0.0");
        SideLimits.Limits modern = limits.of(spec.slices().getFirst(), Side.MODERN);
        Bulkhead bulkhead = Objects.requireNonNull(modern.bulkhead());
        bulkhead.tryEnter();
        bulkhead.tryEnter();
        RateCap cap = Objects.requireNonNull(modern.cap());
        long now = System.nanoTime();
        cap.tryTake(now);
        cap.tryTake(now);
        cap.tryTake(now);
        Attempt lost = new Attempt(true, true, true, true, 1_000_000_000, 1);
        modern.retries().mayRetry(lost, System.nanoTime());
        modern.retries().mayRetry(lost, System.nanoTime());
        assertThat(meters.scrape())
                .contains("bailey_bulkhead_refused_total{side=\"modern\",slice=\"orders\"} 1.0")
                .contains("bailey_rate_refused_total{side=\"modern\",slice=\"orders\"} 2.0")
                .contains("bailey_retries_total{result=\"sent\",side=\"modern\",slice=\"orders\"} 1.0")
                .contains("bailey_retries_total{result=\"over-budget\",side=\"modern\",slice=\"orders\"} 1.0");
    }
}
