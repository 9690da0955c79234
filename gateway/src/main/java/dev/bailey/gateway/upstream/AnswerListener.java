package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What happens to an {@link UpstreamCall}, told on its event loop: at most one head, then chunks, then exactly one of
 * {@code end} and {@code failed} — unless the call was cancelled, after which nothing more is told.
 */
public interface AnswerListener {

    /** The call has its connection, or its connection can take more of the request's body. */
    default void writable() {}

    /** An answer before the answer, such as 103; never 100 or 101. */
    default void informational(AnswerHead head) {}

    /** A final head. Or 101, when the request asked for an upgrade: then the connection is a tunnel from here on. */
    void head(AnswerHead head);

    /** A piece of the answer; whoever implements this releases it. */
    void body(ByteBuf chunk);

    /** What could be read for now was told: a moment to flush. */
    default void pause() {}

    void end(@Nullable Trailers trailers);

    void failed(Failure failure);

    /**
     * Why there is no whole answer.
     *
     * @param sent false only where it is proven that no byte of the request left
     */
    record Failure(BufferedAnswer.Cause cause, boolean sent, String message) {}
}
