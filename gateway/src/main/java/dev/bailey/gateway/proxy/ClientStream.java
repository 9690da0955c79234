package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one request: an HTTP/1.1 connection between two requests, or a stream of HTTP/2. Used on the connection's
 * event loop only.
 */
public interface ClientStream {

    /** Asks for more of the request's body; it comes to the exchange's {@link RequestBody}. Asking twice is harmless. */
    void pull();

    /** Whether the answer may go on; when not, {@link Exchange#clientWritable} is called once it may. */
    boolean isWritable();

    /** Passes an answer before the answer (103 and the like) on. */
    void informational(AnswerHead head);

    /**
     * Begins the answer. Framing and connection fields are set by the implementation. After 101 the connection is a tunnel:
     * bytes go both ways as they are until one end closes.
     *
     * @param edits valid during the call
     */
    void head(AnswerHead head, AnswerEdits edits);

    /** Takes the buffer over, which may be a slice of all that was read: what has to wait is copied where it is small. */
    void body(ByteBuf chunk);

    void flush();

    void answered(@Nullable Trailers trailers);

    /** Cuts the connection (or stream): the answer that began cannot be completed. */
    void abort();
}
