package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.write.Header;
import java.util.List;

/**
 * A write as it arrived, before it is admitted.
 *
 * @param target path and query as the client sent them
 * @param headers end-to-end headers of the client
 * @param body the whole body; empty bytes when {@code bodyKept} is false (it was above the limit and streams)
 */
public record WriteRequest(
        RouteMatch match, RequestFacts facts, String target, List<Header> headers, byte[] body, boolean bodyKept) {

    public WriteRequest {
        headers = List.copyOf(headers);
    }
}
