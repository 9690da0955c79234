package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an answer (or the lack of one) says about a write; pure. Only what is proven becomes applied or rejected. */
final class Outcomes {

    private static final int NOTHING_SENT = 502;
    private static final String[] KEPT = {"Location", "ETag"};

    private Outcomes() {}

    /** @param clientBody in the clients' contract, where the key's pointer is read; empty when not kept */
    static Outcome of(RouteDecision decision, int status, HttpHeaders headers, byte[] clientBody) {
        if (status >= 200 && status < 300) {
            return new Outcome.Applied(status, entity(decision, clientBody), kept(headers), clientBody);
        }
        if (status >= 400 && status < 500) {
            return new Outcome.Rejected(status);
        }
        // A redirect neither says that it was applied nor that it was refused.
        return new Outcome.Unknown("status " + status);
    }

    static Outcome of(Failure failure) {
        return failure.sent()
                ? new Outcome.Unknown(failure.cause().name().toLowerCase(Locale.ROOT))
                : new Outcome.Rejected(NOTHING_SENT);
    }

    private static Optional<EntityKey> entity(RouteDecision decision, byte[] clientBody) {
        if (decision.entity() != null) {
            return Optional.of(decision.entity());
        }
        RouteSpec route = decision.route();
        if (route == null || route.entity().kind() != EntitySource.Kind.RESPONSE) {
            return Optional.empty();
        }
        return Optional.ofNullable(JsonValues.at(clientBody, route.entity().name()))
                .filter(key -> !key.isEmpty())
                .map(EntityKey::new);
    }

    private static List<Header> kept(HttpHeaders headers) {
        List<Header> kept = new ArrayList<>(KEPT.length);
        for (String name : KEPT) {
            String value = headers.get(name);
            if (value != null) {
                kept.add(new Header(name, value));
            }
        }
        return kept;
    }
}
