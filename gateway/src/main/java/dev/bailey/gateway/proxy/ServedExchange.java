package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.write.Header;
import java.util.List;

/**
 * A read that was answered.
 *
 * @param request as the client sent it, end-to-end headers only
 * @param servedBy the side whose answer the client got
 * @param headers of the answer, in the client's contract
 * @param body of the answer up to the copy bound, in the client's contract
 * @param truncated whether the body was longer than the bound
 * @param startedNanos {@code System.nanoTime()} when the request came
 */
public record ServedExchange(
        RouteMatch match,
        RouteDecision decision,
        BufferedRequest request,
        Side servedBy,
        int status,
        List<Header> headers,
        byte[] body,
        boolean truncated,
        long startedNanos) {

    public ServedExchange {
        headers = List.copyOf(headers);
    }
}
