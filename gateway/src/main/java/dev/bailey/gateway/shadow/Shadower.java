package dev.bailey.gateway.shadow;

import dev.bailey.compare.Comparison;
import dev.bailey.compare.Signatures;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.proxy.ServedExchange;
import dev.bailey.gateway.proxy.ShadowTap;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * Mirrors answered reads to the other side, detached from the caller: what is over the declared concurrency is not queued but
 * counted as lost. Thread-safe.
 */
public final class Shadower implements ShadowTap, AutoCloseable {

    private final SideClient client;
    private final Translator translator;
    private final WritePath writes;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Sampler sampler = new Sampler();
    private final Map<SliceName, SliceShadow> slices = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("shadow-", 0).factory());

    /**
     * @param client connections of its own, so that a slow side cannot starve anything else
     * @param random chooses the instances kept; not used for security
     */
    public Shadower(
            SideClient client,
            Translator translator,
            WritePath writes,
            MeterRegistry meters,
            InstantSource clock,
            RandomGenerator random) {
        this.client = client;
        this.translator = translator;
        this.writes = writes;
        this.meters = meters;
        this.clock = clock;
        this.random = random;
    }

    /** Takes the rules of a file; the counts of slices that stay are kept, their rules are the new ones. */
    public void apply(MigrationSpec spec) {
        for (SliceSpec slice : spec.slices()) {
            slices.compute(slice.name(), (name, known) -> {
                Signatures signatures = known == null ? new Signatures(random) : known.signatures();
                ShadowCounters counters = known == null ? new ShadowCounters(meters, name.value()) : known.counters();
                return new SliceShadow(slice, client, translator, writes, clock, signatures, counters);
            });
        }
    }

    @Override
    public boolean wants(Decision decision) {
        SliceSpec slice = decision.spec();
        return slice != null && decision.comparesAnswers() && sampler.takes(slice, decision);
    }

    @Override
    public void served(ServedExchange exchange) {
        SliceShadow slice = slices.get(exchange.match().slice().name());
        if (slice == null) {
            return;
        }
        if (exchange.truncated()) {
            slice.counters().count(new Comparison.Lost(Comparison.Cause.TOO_LARGE));
        } else if (!slice.tryEnter()) {
            slice.counters().count(new Comparison.Lost(Comparison.Cause.OVERLOAD));
        } else {
            Duration servedIn = Duration.ofNanos(System.nanoTime() - exchange.startedNanos());
            threads.execute(() -> slice.mirror(exchange, servedIn));
        }
    }

    /** What was counted of a slice since the last call. */
    public ShadowInterval take(SliceName slice) {
        SliceShadow known = slices.get(slice);
        return known == null
                ? new ShadowInterval(Map.of(), Map.of(), Map.of())
                : known.counters().take();
    }

    /** What was counted of a slice since the start. */
    public ShadowTotals totals(SliceName slice) {
        SliceShadow known = slices.get(slice);
        return known == null ? new ShadowTotals(0, Map.of()) : known.counters().totals();
    }

    /** The signatures of a slice; empty ones for a slice that is not known. */
    public Signatures signatures(SliceName slice) {
        SliceShadow known = slices.get(slice);
        return known == null ? new Signatures(random) : known.signatures();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
