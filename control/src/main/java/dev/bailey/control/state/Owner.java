package dev.bailey.control.state;

import java.time.Instant;

/**
 * Who is active, for messages.
 *
 * @param admin address of its admin port
 * @param until how long it may be taken for alive, by the store's clock; past when it has not renewed
 */
public record Owner(NodeName name, long incarnation, String admin, Instant until) {

    @Override
    public String toString() {
        return "node " + name + " (admin port " + admin + ", lease until " + until + ")";
    }
}
