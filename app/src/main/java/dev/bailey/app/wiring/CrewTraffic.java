package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.Interval;
import dev.bailey.control.orchestrate.Measurements;
import dev.bailey.control.state.MemberTraffic;
import dev.bailey.control.state.StateException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Brings what this node measured to the node that decides: into its own measurements where that is this one, with what the others
 * have sent, and else into the store. Used by one thread, but for {@link #lead}.
 */
final class CrewTraffic {

    /** Figures that wait for the store; the oldest are given up, where it is away for that long. */
    private static final int MOST_WAITING = 10_000;

    private final MemberTraffic shared;
    private final AtomicReference<@Nullable Measurements> own = new AtomicReference<>();
    private final List<MemberTraffic.Part> waiting = new ArrayList<>();

    CrewTraffic(MemberTraffic shared) {
        this.shared = shared;
    }

    /** From now on this node decides. */
    void lead(Measurements measurements) {
        own.set(measurements);
    }

    void add(Interval interval) {
        Measurements decides = own.get();
        if (decides != null) {
            decides.record(interval);
        } else {
            waiting.add(Measurements.told(interval));
        }
    }

    /** After each round of the slices. */
    void carry() {
        Measurements decides = own.get();
        try {
            if (!waiting.isEmpty()) {
                shared.put(List.copyOf(waiting));
                waiting.clear();
            }
            if (decides != null) {
                shared.take().forEach(decides::record);
            }
        } catch (StateException away) {
            while (waiting.size() > MOST_WAITING) {
                waiting.removeFirst();
            }
        }
    }
}
