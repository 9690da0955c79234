package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way to the process that took over: whole requests, untouched, with a word about who asks. Its answers go back untouched as
 * well. Thread-safe; each event loop has connections of its own.
 */
public final class Relay {

    private final Map<EventLoop, UpstreamPool> pools;
    private final String token;
    private final Answers answers;
    private final long idleNanos;

    /**
     * @param token known to both processes and nobody else
     * @param idleNanos how long the successor may take to answer, and between two pieces of an answer
     */
    public Relay(Map<EventLoop, UpstreamPool> pools, String token, Answers answers, long idleNanos) {
        this.pools = Map.copyOf(pools);
        this.token = token;
        this.answers = answers;
        this.idleNanos = idleNanos;
    }

    /** Takes a request of which nothing was sent anywhere. */
    void carry(Exchange exchange) {
        carry(exchange, exchange.isWithoutBody() ? ReadAttempt.NO_BODY : null);
    }

    /** @param body the whole body; null where it streams */
    void carry(Exchange exchange, byte @Nullable [] body) {
        UpstreamPool pool = Objects.requireNonNull(pools.get(exchange.lane().loop()), "an event loop without a relay");
        new RelayedCall(exchange, answers).start(pool, new RelayedRequest(exchange, body, token), idleNanos);
    }

    /** Closes what is idle; on each loop. */
    public void close() {
        pools.forEach((loop, pool) -> {
            if (!loop.isShuttingDown()) {
                loop.execute(pool::close);
            }
        });
    }
}
