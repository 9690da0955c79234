package dev.bailey.examples.orders.load;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What the clients do.
 *
 * @param gateways where they send to; a client that is not answered there goes to the next one
 * @param clients how many there are; each owns the orders whose id leaves its number when divided by this
 * @param perSecond requests of all clients together, to begin with
 * @param seed of all their choices
 * @param orders how many orders exist, with ids from 1
 * @param putPercent share of requests that write a whole order; likewise the others; the rest reads one order
 * @param timeout of one attempt
 * @param retryFor how long one operation is tried again
 * @param leavesUnknownAlone whether a client never again writes an order of which it does not know whether its last write was
 *     done: an attempt given up may still be on its way, and could then land after a later write
 */
public record LoadSettings(
        List<URI> gateways,
        int clients,
        double perSecond,
        long seed,
        int orders,
        int putPercent,
        int postPercent,
        int deletePercent,
        int listPercent,
        Duration timeout,
        Duration retryFor,
        boolean leavesUnknownAlone) {

    public LoadSettings {
        gateways = List.copyOf(gateways);
        if (gateways.isEmpty() || clients < 1 || orders < clients || !(perSecond > 0)) {
            throw new IllegalArgumentException(
                    "gateways " + gateways + ", clients " + clients + ", orders " + orders + ", perSecond " + perSecond
                            + " (expected one or more, ≥ 1, an order for each client, more than 0)");
        }
        if (putPercent + postPercent + deletePercent + listPercent > 100) {
            throw new IllegalArgumentException("shares add up to more than 100 %");
        }
    }

    /** Clients that write on where they do not know what became of a write. */
    public LoadSettings(
            URI gateway,
            int clients,
            double perSecond,
            long seed,
            int orders,
            int putPercent,
            int postPercent,
            int deletePercent,
            int listPercent,
            Duration timeout,
            Duration retryFor) {
        this(
                List.of(gateway),
                clients,
                perSecond,
                seed,
                orders,
                putPercent,
                postPercent,
                deletePercent,
                listPercent,
                timeout,
                retryFor,
                false);
    }

    /** 70 % reads (3 % of them lists), 20 % whole orders, 7 % new ones, 3 % deletes. */
    public static LoadSettings usual(URI gateway, int clients, double perSecond, long seed, int orders) {
        return new LoadSettings(
                gateway, clients, perSecond, seed, orders, 20, 7, 3, 2, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }
}
