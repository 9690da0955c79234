package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.Methods;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request to a side and its answer. Used on its event loop only. A safe request held whole that meets a pooled connection
 * the service had already closed is sent once more on a fresh one; nothing else is ever sent twice.
 */
public final class UpstreamCall {

    private final UpstreamPool pool;
    private final OutgoingRequest request;
    private final boolean safe;
    private final long timeoutNanos;
    private final long idleNanos;
    private final AnswerListener listener;

    private @Nullable Carrier carrier;
    private boolean retried;
    private boolean done;

    /**
     * @param request held whole, or followed by {@link #body} and {@link #endBody}
     * @param timeoutNanos from the last byte sent to the head of the answer
     * @param idleNanos between two chunks of the answer
     */
    public UpstreamCall(
            UpstreamPool pool, OutgoingRequest request, long timeoutNanos, long idleNanos, AnswerListener listener) {
        this.pool = pool;
        this.request = request;
        this.safe = Methods.isSafe(request.method());
        this.timeoutNanos = timeoutNanos;
        this.idleNanos = idleNanos;
        this.listener = listener;
    }

    public void start() {
        pool.acquire(this, false);
    }

    public boolean isWritable() {
        return carrier != null && carrier.isWritable();
    }

    /** Sends a piece of the body; only after {@link AnswerListener#writable} was told once. Takes the buffer over. */
    public void body(ByteBuf chunk) {
        if (done || carrier == null) {
            chunk.release();
        } else {
            carrier.send(chunk);
        }
    }

    public void endBody(@Nullable Trailers trailers) {
        if (!done && carrier != null) {
            carrier.sendEnd(trailers);
        }
    }

    public void flush() {
        if (!done && carrier != null) {
            carrier.flush();
        }
    }

    /** Stops or goes on reading the answer, for a client that reads slowly. */
    public void readAnswer(boolean on) {
        if (!done && carrier != null) {
            carrier.read(on);
        }
    }

    /** Gives up: the connection is closed and nothing more is told. */
    public void cancel() {
        if (done) {
            return;
        }
        done = true;
        if (carrier != null) {
            carrier.abandon();
        } else {
            pool.forget(this);
        }
    }

    /** Whether it ever had a connection, so that bytes may have left. */
    boolean isConnected() {
        return carrier != null || retried;
    }

    boolean isDone() {
        return done;
    }

    boolean isSafe() {
        return safe;
    }

    boolean isWhole() {
        return request.wholeBody() != null && !request.upgrades();
    }

    OutgoingRequest request() {
        return request;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    long idleNanos() {
        return idleNanos;
    }

    AnswerListener listener() {
        return listener;
    }

    void connected(Carrier taken) {
        carrier = taken;
        taken.begin(this);
        if (request.wholeBody() == null && !done) {
            listener.writable();
        }
    }

    /** The connection ended before a byte of the answer came. */
    void lost(boolean reused, String message) {
        if (reused && safe && request.wholeBody() != null && !retried) {
            retried = true;
            carrier = null;
            pool.acquire(this, true);
        } else {
            fail(new Failure(Cause.CUT, true, message));
        }
    }

    void ended(@Nullable Trailers trailers) {
        if (!done) {
            done = true;
            listener.end(trailers);
        }
    }

    void fail(Failure failure) {
        if (!done) {
            done = true;
            listener.failed(failure);
        }
    }
}
