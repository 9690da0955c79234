package dev.bailey.app.wiring;

import dev.bailey.model.write.RecordId;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that sort by time: UUIDs of version 7 (RFC 9562, method 3: the 12 bits after the version count on within a millisecond).
 * Thread-safe, never blocks.
 */
final class RecordIds {

    private static final int COUNTER_BITS = 12;
    private static final HexFormat HEX = HexFormat.of();

    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();

    RecordIds(InstantSource clock) {
        this.clock = clock;
    }

    RecordId record() {
        return new RecordId(text());
    }

    String text() {
        long stamp = last.updateAndGet(before -> Math.max(before + 1, clock.millis() << COUNTER_BITS));
        long time = stamp >>> COUNTER_BITS;
        String counter = HEX.toHexDigits(stamp & ((1 << COUNTER_BITS) - 1), 3);
        long random = ThreadLocalRandom.current().nextLong() >>> 2 | 1L << 63;
        String high = HEX.toHexDigits(time, 12);
        String low = HEX.toHexDigits(random);
        return high.substring(0, 8) + "-" + high.substring(8) + "-7" + counter + "-" + low.substring(0, 4) + "-"
                + low.substring(4);
    }
}
