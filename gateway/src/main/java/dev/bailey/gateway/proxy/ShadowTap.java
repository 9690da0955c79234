package dev.bailey.gateway.proxy;

import dev.bailey.model.route.Decision;

/** Where answered reads are handed for comparison. Both methods are called on event loops: cheap, never blocking, never failing the caller. */
public interface ShadowTap {

    /** No comparison at all. */
    ShadowTap NONE = new ShadowTap() {
        @Override
        public boolean wants(Decision decision) {
            return false;
        }

        @Override
        public void served(ServedExchange exchange) {}
    };

    /** Whether the answer of this request should be copied; asked before it is forwarded, where the phase compares answers at all. */
    boolean wants(Decision decision);

    /** A wanted answer, complete. */
    void served(ServedExchange exchange);
}
