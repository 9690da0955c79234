package dev.bailey.gateway.proxy;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Pin;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Pins by entity key, in memory, bounded: of a slice's pins the oldest gives way. Thread-safe. */
public final class PinBook {

    private final Map<SliceName, Map<EntityKey, Pin>> pins = new ConcurrentHashMap<>();

    @Nullable
    Side find(SliceName slice, EntityKey key, Instant now) {
        Map<EntityKey, Pin> ofSlice = pins.get(slice);
        if (ofSlice == null) {
            return null;
        }
        synchronized (ofSlice) {
            Pin pin = ofSlice.get(key);
            if (pin != null && !pin.holdsAt(now)) {
                ofSlice.remove(key);
                return null;
            }
            return pin == null ? null : pin.side();
        }
    }

    void note(SliceName slice, EntityKey key, Pin pin, int max) {
        Map<EntityKey, Pin> ofSlice = pins.computeIfAbsent(slice, _ -> new LinkedHashMap<>());
        synchronized (ofSlice) {
            Pin known = ofSlice.get(key);
            if (known == null
                    || known.began().value() < pin.began().value()) { // of two that began at once the first counts
                ofSlice.put(key, pin);
            }
            while (ofSlice.size() > max) {
                ofSlice.remove(ofSlice.keySet().iterator().next());
            }
        }
    }
}
