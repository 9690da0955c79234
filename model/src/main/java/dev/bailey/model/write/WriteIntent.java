package dev.bailey.model.write;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the journal keeps of a write before it is forwarded.
 *
 * @param entity the key, empty when the authority mints it
 * @param authority the side that owns this write
 * @param follower the side it is carried to; empty when it is kept as a gap
 * @param target path and query as the client sent them
 * @param headers the headers needed to send it again (never connection headers)
 * @param body the whole body, or empty bytes when {@code bodyKept} is false
 * @param bodyKept false when the body was above the limit and streamed: such a write is propagated by refresh
 * @param idempotencyKey the client's key, or the record's id
 * @param clientKey whether the client gave that key
 */
public record WriteIntent(
        RecordId id,
        SliceName slice,
        Optional<EntityKey> entity,
        Epoch epoch,
        Side authority,
        Optional<Side> follower,
        String method,
        String target,
        List<Header> headers,
        byte[] body,
        boolean bodyKept,
        String idempotencyKey,
        boolean clientKey,
        Instant at) {

    public WriteIntent {
        headers = List.copyOf(headers);
    }
}
