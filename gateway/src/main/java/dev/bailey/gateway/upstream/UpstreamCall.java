package dev.bailey.gateway.upstream;

import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request to a side and its answer. Used on its event loop only. A safe request without a body that meets a pooled
 * connection the service had already closed is sent once more on a fresh one; nothing else is ever sent twice.
 */
public final class UpstreamCall {

    private final UpstreamPool pool;
    private final HttpRequest request;
    private final boolean whole;
    private final boolean safe;
    private final long timeoutNanos;
    private final long idleNanos;
    private final AnswerListener listener;

    private @Nullable UpstreamConnection connection;
    private boolean retried;
    private boolean done;

    /**
     * @param request with all its headers; a {@link FullHttpRequest} is the whole request and is released by the call,
     *     any other is followed by {@link #body} and {@link #endBody}
     * @param timeout from the last byte sent to the head of the answer
     * @param idle between two chunks of the answer
     */
    public UpstreamCall(
            UpstreamPool pool, HttpRequest request, Duration timeout, Duration idle, AnswerListener listener) {
        this.pool = pool;
        this.request = request;
        this.whole = request instanceof FullHttpRequest;
        this.safe = isSafe(request.method());
        this.timeoutNanos = timeout.toNanos();
        this.idleNanos = idle.toNanos();
        this.listener = listener;
    }

    /** Methods that change nothing by definition (RFC 9110, 9.2.1). */
    public static boolean isSafe(HttpMethod method) {
        return method.equals(HttpMethod.GET)
                || method.equals(HttpMethod.HEAD)
                || method.equals(HttpMethod.OPTIONS)
                || method.equals(HttpMethod.TRACE);
    }

    public void start() {
        pool.acquire(this, false);
    }

    public boolean isWritable() {
        return connection != null && connection.isWritable();
    }

    /** Sends a piece of the body; only after {@link AnswerListener#writable} was told once. Takes the buffer over. */
    public void body(ByteBuf chunk) {
        if (done || connection == null) {
            chunk.release();
        } else {
            connection.send(chunk);
        }
    }

    public void endBody() {
        if (!done && connection != null) {
            connection.sendEnd();
        }
    }

    public void flush() {
        if (!done && connection != null) {
            connection.flush();
        }
    }

    /** Stops or goes on reading the answer, for a client that reads slowly. */
    public void readAnswer(boolean on) {
        if (!done && connection != null) {
            connection.read(on);
        }
    }

    /** Gives up: the connection is closed and nothing more is told. */
    public void cancel() {
        if (done) {
            return;
        }
        finish();
        if (connection != null) {
            connection.abandon();
        } else {
            pool.forget(this);
        }
    }

    /** Whether it ever had a connection, so that bytes may have left. */
    boolean isConnected() {
        return connection != null || retried;
    }

    boolean isDone() {
        return done;
    }

    boolean isSafe() {
        return safe;
    }

    boolean isWhole() {
        return whole;
    }

    HttpRequest request() {
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

    void connected(UpstreamConnection taken) {
        connection = taken;
        taken.begin(this);
        if (!whole && !done) {
            listener.writable();
        }
    }

    /** The connection ended before a byte of the answer came. */
    void lost(boolean reused, String message) {
        if (reused && safe && whole && !retried) {
            retried = true;
            connection = null;
            pool.acquire(this, true);
        } else {
            fail(new Failure(Cause.CUT, true, message));
        }
    }

    void ended() {
        if (!done) {
            finish();
            listener.end();
        }
    }

    void fail(Failure failure) {
        if (!done) {
            finish();
            listener.failed(failure);
        }
    }

    private void finish() {
        done = true;
        if (whole) {
            ReferenceCountUtil.release(request);
        }
    }
}
