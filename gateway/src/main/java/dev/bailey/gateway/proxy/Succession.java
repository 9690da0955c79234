package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath.Refused;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who carries requests on when this process gives up the store. Until that is known, writes wait here, bounded in number and time;
 * then everything new, and they, go there. Thread-safe.
 */
public final class Succession {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int maxHeld;
    private final Duration patience;
    private final Set<Held> held = new LinkedHashSet<>();
    private boolean awaited;
    private volatile @Nullable Relay relay;

    /**
     * @param maxHeld writes that may wait
     * @param patience how long each may wait
     */
    public Succession(int maxHeld, Duration patience) {
        this.maxHeld = maxHeld;
        this.patience = patience;
    }

    /** Null as long as this process carries requests itself: one read of memory for each request. */
    @Nullable
    Relay relay() {
        return relay;
    }

    /** Writes that the write path does not take any more wait from now on. Called before it stops taking them. */
    public synchronized void await() {
        awaited = true;
    }

    /** This process goes on after all: what waited is admitted again. Called after the write path takes writes again. */
    public void stay() {
        takeHeld(null).forEach(waiting -> waiting.run(waiting.again));
    }

    /** The successor is there. */
    public void passTo(Relay to) {
        takeHeld(to).forEach(waiting -> waiting.run(() -> waiting.relay(to)));
    }

    private synchronized List<Held> takeHeld(@Nullable Relay to) {
        relay = to;
        awaited = false;
        List<Held> all = List.copyOf(held);
        held.clear();
        return all;
    }

    public synchronized int held() {
        return held.size();
    }

    /**
     * A write the write path gave back, on its event loop.
     *
     * @param body the whole body; null where it streams
     * @param again admits it once more
     */
    void moved(Exchange exchange, byte @Nullable [] body, Runnable again, Answers answers) {
        Held waiting = new Held(exchange, body, again);
        switch (place(waiting)) {
            case Place.There(Relay to) -> waiting.relay(to);
            case Place.Here _ -> exchange.lane().loop().execute(again);
            case Place.Full _ -> waiting.refuse(answers, "too many writes wait for another process to take over");
            case Place.Waits _ ->
                exchange.lane()
                        .loop()
                        .schedule(
                                () -> {
                                    if (forget(waiting)) {
                                        waiting.refuse(answers, "taking over takes too long");
                                    }
                                },
                                patience.toNanos(),
                                TimeUnit.NANOSECONDS);
        }
    }

    /** Where a write goes that the write path gave back. Decided once: whoever waits may be taken up at any moment. */
    private sealed interface Place {
        record There(Relay to) implements Place {}

        record Here() implements Place {}

        record Full() implements Place {}

        record Waits() implements Place {}
    }

    private synchronized Place place(Held write) {
        Relay known = relay;
        if (known != null) {
            return new Place.There(known);
        }
        if (!awaited) {
            return new Place.Here();
        }
        if (held.size() >= maxHeld) {
            return new Place.Full();
        }
        held.add(write);
        return new Place.Waits();
    }

    private synchronized boolean forget(Held waiting) {
        return held.remove(waiting);
    }

    /** One write that waits; it is counted as under way. */
    private static final class Held {
        private final Exchange exchange;
        private final byte @Nullable [] body;
        private final Runnable again;

        Held(Exchange exchange, byte @Nullable [] body, Runnable again) {
            this.exchange = exchange;
            this.body = body;
            this.again = again;
        }

        void run(Runnable step) {
            exchange.lane().run(step);
        }

        void relay(Relay to) {
            if (!exchange.isGone()) { // else nothing was promised yet, and nothing is lost
                to.carry(exchange, body);
            }
            exchange.release();
        }

        void refuse(Answers answers, String why) {
            answers.refused(exchange, new Refused(503, why, Optional.of(RETRY_AFTER)));
            exchange.release();
        }
    }
}
