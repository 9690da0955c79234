package dev.bailey.model.spec;

import java.time.Duration;

/**
 * Bounds of the data plane and its journal, with their defaults.
 *
 * @param sideHeader whether answers carry {@code X-Bailey-Side}
 * @param maxBodyKeptBytes a journalled body above this is streamed and propagated by refresh
 * @param connectTimeout to an upstream
 * @param idleTimeout of client connections
 * @param drain how long SIGTERM waits for requests in flight
 * @param maxConnections client connections
 * @param maxUpstreamConnections per side
 * @param entityQueue writes that may wait for one entity
 * @param entityWait how long a write may wait for its entity
 * @param maxHeldWrites writes held during a handover
 * @param maxUndelivered journal records waiting for delivery before the journal counts as full
 * @param deliveryConcurrency entities delivered at once
 * @param keepDelivered how long delivered records stay before compaction
 */
public record GatewaySpec(
        boolean sideHeader,
        int maxBodyKeptBytes,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration drain,
        int maxConnections,
        int maxUpstreamConnections,
        int entityQueue,
        Duration entityWait,
        int maxHeldWrites,
        int maxUndelivered,
        int deliveryConcurrency,
        Duration keepDelivered) {

    public static final GatewaySpec DEFAULTS = new GatewaySpec(
            true,
            1 << 20,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            20_000,
            512,
            64,
            Duration.ofSeconds(5),
            10_000,
            1_000_000,
            32,
            Duration.ofHours(1));
}
