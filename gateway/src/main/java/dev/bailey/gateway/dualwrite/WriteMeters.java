package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.SliceName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.InstantSource;

/** The figures of the write path, by slice. */
final class WriteMeters {

    private final MeterRegistry registry;
    private final InstantSource clock;

    WriteMeters(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    void watch(SliceWrites slice) {
        Tags tags = tags(slice.name);
        gauge("bailey.write.backlog", "writes that are not final", tags, slice, s -> s.pending.size());
        gauge(
                "bailey.write.parked",
                "writes the follower refused",
                tags,
                slice,
                s -> s.pending.count(PendingWrite.Stage.PARKED));
        gauge(
                "bailey.write.unknown",
                "writes whose fate is not known",
                tags,
                slice,
                s -> s.pending.count(PendingWrite.Stage.UNKNOWN));
        gauge("bailey.write.held", "writes held for a handover", tags, slice, s -> s.gate.held());
        gauge("bailey.write.inside", "writes between admission and outcome", tags, slice, s -> s.gate.inside());
        Gauge.builder("bailey.write.oldest.age", slice, s -> age(s).toMillis() / 1_000.0)
                .description("age of the oldest write that is not final")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
    }

    private Duration age(SliceWrites slice) {
        return slice.pending
                .oldest()
                .map(at -> Duration.between(at, clock.instant()))
                .orElse(Duration.ZERO);
    }

    void delivered(SliceName slice, int writes) {
        registry.counter("bailey.write.deliveries", tags(slice).and("result", "delivered"))
                .increment(writes);
    }

    void failed(SliceName slice) {
        registry.counter("bailey.write.deliveries", tags(slice).and("result", "failed"))
                .increment();
    }

    void parked(SliceName slice) {
        registry.counter("bailey.write.deliveries", tags(slice).and("result", "parked"))
                .increment();
    }

    void acknowledged(SliceName slice, boolean both) {
        registry.counter("bailey.write.acks", tags(slice).and("ack", both ? "both" : "not-both"))
                .increment();
    }

    void resolved(SliceName slice, String how) {
        registry.counter("bailey.write.resolved", tags(slice).and("how", how)).increment();
    }

    void refused(SliceName slice, String why) {
        registry.counter("bailey.write.refused", tags(slice).and("why", why)).increment();
    }

    void degraded(SliceName slice) {
        registry.counter("bailey.write.degraded", tags(slice)).increment();
    }

    private void gauge(
            String name,
            String description,
            Tags tags,
            SliceWrites slice,
            java.util.function.ToDoubleFunction<SliceWrites> value) {
        Gauge.builder(name, slice, value).description(description).tags(tags).register(registry);
    }

    private static Tags tags(SliceName slice) {
        return Tags.of("slice", slice.value());
    }
}
