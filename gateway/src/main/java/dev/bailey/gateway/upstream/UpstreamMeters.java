package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;

/** The metrics of the sides' addresses and of what limits the requests to them. */
public final class UpstreamMeters {

    private UpstreamMeters() {}

    /** Registers what is known of a side's addresses. */
    public static void addresses(MeterRegistry meters, Addresses addresses) {
        Tags side = Tags.of("side", addresses.label());
        for (Address.State state : Address.State.values()) {
            Gauge.builder("bailey.upstream.addresses", addresses, known -> known.count(state))
                    .description("addresses of a side by their standing")
                    .tags(side.and("state", state.name().toLowerCase(Locale.ROOT)))
                    .register(meters);
        }
        Gauge.builder("bailey.upstream.panic", addresses, known -> known.isPanicking() ? 1 : 0)
                .description("1 while no address of the side is usable, so that all are used")
                .tags(side)
                .register(meters);
        FunctionCounter.builder("bailey.upstream.ejections", addresses, Addresses::ejections)
                .description("addresses taken out for a time because their requests failed in a row")
                .tags(side)
                .register(meters);
    }

    /** Registers what is known of a side's health checks. */
    public static void checks(MeterRegistry meters, String label, HealthChecks checks) {
        check(
                meters,
                Tags.of("side", label, "result", "healthy"),
                FunctionCounter.builder("bailey.upstream.checks", checks, HealthChecks::passed));
        check(
                meters,
                Tags.of("side", label, "result", "unhealthy"),
                FunctionCounter.builder("bailey.upstream.checks", checks, HealthChecks::failed));
    }

    private static void check(MeterRegistry meters, Tags tags, FunctionCounter.Builder<HealthChecks> counter) {
        counter.description("health checks made, over all addresses of a side")
                .tags(tags)
                .register(meters);
    }

    /** Registers what is known of one slice's limits at one side. */
    public static void limits(MeterRegistry meters, SideLimits limits, SliceName slice, Side side) {
        Tags tags = Tags.of("slice", slice.value(), "side", side.label());
        FunctionCounter.builder("bailey.bulkhead.refused", limits, known -> known.refused(slice, side))
                .description("requests not sent because too many of the slice were under way at the side")
                .tags(tags)
                .register(meters);
        FunctionCounter.builder("bailey.rate.refused", limits, known -> known.overCap(slice, side))
                .description("requests not sent because the slice's rate at the side was used up")
                .tags(tags)
                .register(meters);
        for (RetryAllowance.Result result : RetryAllowance.Result.values()) {
            FunctionCounter.builder("bailey.retries", limits, known -> known.retries(slice, side, result))
                    .description("requests that could be sent again, and what became of that")
                    .tags(tags.and("result", result.label()))
                    .register(meters);
        }
    }
}
