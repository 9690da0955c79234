package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.journal.KeptKeys;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.write.Outcome;
import java.util.Optional;
import java.util.function.Consumer;

/** A write that was admitted and must be settled exactly once, whatever happens to its client or to us. Used on its event loop only. */
final class AdmittedWrite {

    private final Exchange exchange;
    private final RouteMatch match;
    private final Admitted admitted;
    private final byte[] body;
    private final boolean bodyKept;
    private boolean settled;

    AdmittedWrite(Exchange exchange, RouteMatch match, Admitted admitted, byte[] body, boolean bodyKept) {
        this.exchange = exchange;
        this.match = match;
        this.admitted = admitted;
        this.body = body;
        this.bodyKept = bodyKept;
    }

    Exchange exchange() {
        return exchange;
    }

    RouteMatch match() {
        return match;
    }

    RouteDecision decision() {
        return admitted.decision();
    }

    Optional<String> idempotencyKey() {
        return admitted.idempotencyKey();
    }

    byte[] body() {
        return body;
    }

    /** False where the body streams. */
    boolean bodyKept() {
        return bodyKept;
    }

    /** Then goes on on the event loop; a second call is a bug of ours and only goes on. */
    void settle(Outcome outcome, Consumer<Settled> then) {
        settle(outcome, Optional.empty(), then);
    }

    /** @param answer what a side answered, in the clients' contract */
    void settle(Outcome outcome, Optional<KeptKeys.Answer> answer, Consumer<Settled> then) {
        if (settled) {
            throw new IllegalStateException("a write was settled twice");
        }
        settled = true;
        admitted.settle(outcome, answer)
                .whenComplete((how, _) -> exchange.lane().run(() -> {
                    try {
                        then.accept(how == null ? Settled.ACKNOWLEDGED : how);
                    } finally {
                        exchange.release();
                    }
                }));
    }

    boolean isSettled() {
        return settled;
    }
}
