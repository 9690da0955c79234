package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.Interval;
import dev.bailey.control.orchestrate.Interval.OfSide;
import dev.bailey.gateway.Gateway;
import dev.bailey.gateway.TrafficInterval;
import dev.bailey.gateway.TrafficInterval.SideInterval;
import dev.bailey.gateway.shadow.ShadowInterval;
import dev.bailey.gateway.shadow.Shadower;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries what the data plane counted to whoever decides, once a second. */
final class TrafficPump implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrafficPump.class);

    /** Between a few slices, as a request that waits for the core goes first then, which a mere yield does not see to. */
    private static final long BREATH_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int BETWEEN_BREATHS = 10;

    private final Gateway gateway;
    private final Shadower shadower;
    private final Consumer<Interval> decider;
    private final Runnable after;
    private final List<SliceName> slices;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("traffic-pump").daemon().factory());

    /** @param after done after each round */
    TrafficPump(
            Gateway gateway, Shadower shadower, Consumer<Interval> decider, Runnable after, List<SliceName> slices) {
        this.gateway = gateway;
        this.shadower = shadower;
        this.decider = decider;
        this.after = after;
        this.slices = List.copyOf(slices);
    }

    void start() {
        timer.scheduleAtFixedRate(this::carry, 1, 1, TimeUnit.SECONDS);
    }

    private void carry() {
        int carried = 0;
        for (SliceName slice : slices) {
            try {
                decider.accept(interval(gateway.takeInterval(slice), shadower.take(slice)));
            } catch (RuntimeException bug) {
                LOG.error("figures of slice {} could not be taken", slice, bug);
            }
            if (++carried % BETWEEN_BREATHS == 0) {
                LockSupport.parkNanos(BREATH_NANOS);
            }
        }
        try {
            after.run();
        } catch (RuntimeException bug) {
            LOG.error("figures of traffic could not be carried", bug);
        }
    }

    private static Interval interval(TrafficInterval served, ShadowInterval mirrored) {
        return new Interval(
                served.slice(),
                served.from(),
                served.to(),
                sides(served.served()),
                sides(mirrored.shadowed()),
                served.fallbacks(),
                mirrored.comparisons(),
                mirrored.lost());
    }

    private static Map<Side, OfSide> sides(Map<Side, SideInterval> figures) {
        Map<Side, OfSide> sides = new EnumMap<>(Side.class);
        figures.forEach((side, each) ->
                sides.put(side, new OfSide(each.reads(), each.writes(), each.errors(), each.latencyMicros())));
        return sides;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
