package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.ByteWriter;
import org.jspecify.annotations.Nullable;

/** A request as a side is sent it. Used on one event loop. */
public interface OutgoingRequest {

    /** Writes the whole head in HTTP/1.1 form. May be asked again when the request is sent again. */
    void writeHead(Upstream upstream, ByteWriter out);

    String method();

    /** The whole body, possibly empty; null when it follows in pieces. */
    byte @Nullable [] wholeBody();

    /** Whether a body that follows in pieces says its end itself (then the head has no {@code Content-Length}). */
    boolean isChunked();

    /** Whether it asks for another protocol, so that 101 makes the connection a tunnel. */
    default boolean upgrades() {
        return false;
    }
}
