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
 * @param maxUpstreamConnections to one address of a side, where the side does not say it itself
 * @param entityQueue writes that may wait for one entity
 * @param entityWait how long a write may wait for its entity
 * @param maxHeldWrites writes held during a handover
 * @param maxUndelivered journal records waiting for delivery before the journal counts as full
 * @param deliveryConcurrency entities delivered at once
 * @param keepDelivered how long delivered records stay before compaction
 * @param eventLoops threads that carry the traffic; zero means one for each processor
 * @param takeOverWait how long a second process waits for the first to give up the store
 * @param nodes which of the processes over one shared store carry traffic
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
        Duration keepDelivered,
        IntakeSpec intake,
        TrustSpec trust,
        Http2Spec http2,
        int eventLoops,
        Duration takeOverWait,
        Nodes nodes) {

    /** Which of several processes over one store carry traffic. */
    public enum Nodes {
        /** One; the others stand by. */
        ONE,
        /** Every one, at the same time. */
        ALL
    }

    private static final Duration USUAL_TAKE_OVER_WAIT = Duration.ofSeconds(30);

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

    /** Takes from clients what is usual, trusts nobody's word about them, and runs on all processors. */
    public GatewaySpec(
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
        this(
                sideHeader,
                maxBodyKeptBytes,
                connectTimeout,
                idleTimeout,
                drain,
                maxConnections,
                maxUpstreamConnections,
                entityQueue,
                entityWait,
                maxHeldWrites,
                maxUndelivered,
                deliveryConcurrency,
                keepDelivered,
                IntakeSpec.DEFAULTS,
                TrustSpec.NOBODY,
                Http2Spec.DEFAULTS,
                0,
                USUAL_TAKE_OVER_WAIT,
                Nodes.ONE);
    }

    public GatewaySpec withIntake(IntakeSpec own) {
        return new GatewaySpec(
                sideHeader,
                maxBodyKeptBytes,
                connectTimeout,
                idleTimeout,
                drain,
                maxConnections,
                maxUpstreamConnections,
                entityQueue,
                entityWait,
                maxHeldWrites,
                maxUndelivered,
                deliveryConcurrency,
                keepDelivered,
                own,
                trust,
                http2,
                eventLoops,
                takeOverWait,
                nodes);
    }

    public GatewaySpec withTrust(TrustSpec own) {
        return new GatewaySpec(
                sideHeader,
                maxBodyKeptBytes,
                connectTimeout,
                idleTimeout,
                drain,
                maxConnections,
                maxUpstreamConnections,
                entityQueue,
                entityWait,
                maxHeldWrites,
                maxUndelivered,
                deliveryConcurrency,
                keepDelivered,
                intake,
                own,
                http2,
                eventLoops,
                takeOverWait,
                nodes);
    }

    public GatewaySpec withHttp2(Http2Spec own) {
        return new GatewaySpec(
                sideHeader,
                maxBodyKeptBytes,
                connectTimeout,
                idleTimeout,
                drain,
                maxConnections,
                maxUpstreamConnections,
                entityQueue,
                entityWait,
                maxHeldWrites,
                maxUndelivered,
                deliveryConcurrency,
                keepDelivered,
                intake,
                trust,
                own,
                eventLoops,
                takeOverWait,
                nodes);
    }

    public GatewaySpec withEventLoops(int own) {
        return new GatewaySpec(
                sideHeader,
                maxBodyKeptBytes,
                connectTimeout,
                idleTimeout,
                drain,
                maxConnections,
                maxUpstreamConnections,
                entityQueue,
                entityWait,
                maxHeldWrites,
                maxUndelivered,
                deliveryConcurrency,
                keepDelivered,
                intake,
                trust,
                http2,
                own,
                takeOverWait,
                nodes);
    }

    public GatewaySpec withTakeOverWait(Duration own) {
        return new GatewaySpec(
                sideHeader,
                maxBodyKeptBytes,
                connectTimeout,
                idleTimeout,
                drain,
                maxConnections,
                maxUpstreamConnections,
                entityQueue,
                entityWait,
                maxHeldWrites,
                maxUndelivered,
                deliveryConcurrency,
                keepDelivered,
                intake,
                trust,
                http2,
                eventLoops,
                own,
                nodes);
    }
}
