package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.write.Header;
import java.util.List;
import java.util.Optional;

/**
 * A write as it arrived, before it is admitted.
 *
 * @param target path and query as the client sent them
 * @param headers end-to-end headers of the client
 * @param body the whole body; empty bytes when {@code bodyKept} is false (it was above the limit and streams)
 * @param claim of the idempotency key the gateway keeps for it
 */
public record WriteRequest(
        RouteMatch match,
        RequestFacts facts,
        String target,
        List<Header> headers,
        byte[] body,
        boolean bodyKept,
        Optional<String> claim) {

    public WriteRequest(
            RouteMatch match, RequestFacts facts, String target, List<Header> headers, byte[] body, boolean bodyKept) {
        this(match, facts, target, headers, body, bodyKept, Optional.empty());
    }

    public WriteRequest {
        headers = List.copyOf(headers);
    }

    WriteRequest claimedBy(String id) {
        return new WriteRequest(match, facts, target, headers, body, bodyKept, Optional.of(id));
    }
}
