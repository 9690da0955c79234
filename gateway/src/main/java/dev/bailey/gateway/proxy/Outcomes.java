package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.GrpcStatus;
import dev.bailey.gateway.http.SetCookie;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an answer (or the lack of one) says about a write; pure. Only what is proven becomes applied or rejected. */
final class Outcomes {

    private static final int NOTHING_SENT = 502;
    private static final byte[] NO_BODY = {};
    private static final String[] KEPT = {"Location", "ETag"};

    private Outcomes() {}

    /** @param clientBody in the clients' contract, where the key's pointer is read; empty when not kept */
    static Outcome of(RouteDecision decision, AnswerHead head, @Nullable Trailers trailers, byte[] clientBody) {
        int status = head.status();
        if (GrpcStatus.isGrpc(head)) {
            return ofGrpc(decision, head, trailers, clientBody);
        }
        if ((status >= 200 && status < 300) || handsOutKey(decision, head)) {
            return new Outcome.Applied(status, entity(decision, head, clientBody), kept(head), clientBody);
        }
        if (status >= 400 && status < 500) {
            return new Outcome.Rejected(status);
        }
        // Any other redirect neither says that it was applied nor that it was refused.
        return new Outcome.Unknown("status " + status);
    }

    private static Outcome ofGrpc(
            RouteDecision decision, AnswerHead head, @Nullable Trailers trailers, byte[] clientBody) {
        int code = GrpcStatus.of(head, trailers);
        return switch (GrpcStatus.meaning(code)) {
            case APPLIED ->
                new Outcome.Applied(head.status(), entity(decision, head, clientBody), kept(head), clientBody);
            case REJECTED -> new Outcome.Rejected(GrpcStatus.toHttp(code));
            case UNKNOWN -> new Outcome.Unknown("grpc status " + code);
        };
    }

    static Outcome of(Failure failure) {
        return failure.sent()
                ? new Outcome.Unknown(failure.cause().name().toLowerCase(Locale.ROOT))
                : new Outcome.Rejected(NOTHING_SENT);
    }

    /** A redirect as a login is answered with: who hands out the key has made what it stands for. */
    private static boolean handsOutKey(RouteDecision decision, AnswerHead head) {
        return (head.status() == 302 || head.status() == 303)
                && decision.entity() == null
                && entity(decision, head, NO_BODY).isPresent();
    }

    private static Optional<EntityKey> entity(RouteDecision decision, AnswerHead head, byte[] clientBody) {
        if (decision.entity() != null) {
            return Optional.of(decision.entity());
        }
        RouteSpec route = decision.route();
        return route == null
                ? Optional.empty()
                : route.entity()
                        .minted(source -> source.kind() == EntitySource.Kind.RESPONSE_COOKIE
                                ? SetCookie.value(head.all("Set-Cookie"), source.name())
                                : Optional.ofNullable(JsonValues.at(clientBody, source.name())))
                        .map(KeyParts::joined);
    }

    private static List<Header> kept(AnswerHead head) {
        List<Header> kept = new ArrayList<>(KEPT.length);
        for (String name : KEPT) {
            String value = head.first(name);
            if (value != null) {
                kept.add(new Header(name, value));
            }
        }
        return kept;
    }
}
