package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Methods;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.RetryRule.Attempt;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request to a side and its answer. Used on its event loop only. A safe request held whole that meets a pooled connection
 * the service had already closed is sent once more on a fresh one, one that the service of HTTP/2 did not begin as well; it is sent to another address where its {@link Retries} allow
 * it; nothing else is ever sent twice. A body that follows in pieces is gone once the first was taken: then it is not sent again
 * even where the service says that it did not begin.
 */
public final class UpstreamCall {

    /** So often a request the service did not begin is sent again to the same address. */
    private static final int MAX_UNPROCESSED = 2;

    private final UpstreamPool side;
    private final OutgoingRequest request;
    private final boolean safe;
    private final long timeoutNanos;
    private final long idleNanos;
    private final long deadlineNanos;
    private final @Nullable RetryAllowance retries;
    private final AnswerListener listener;

    private @Nullable AddressPool pool;
    private @Nullable Carrier carrier;
    private int attempts = 1;
    private int status;
    private boolean counted;
    private boolean again;
    private int unprocessed;
    private boolean connectedOnce;
    private boolean bodyTaken;
    private boolean done;

    /**
     * @param request held whole, or followed by {@link #body} and {@link #endBody}
     * @param startedNanos now, in {@code System.nanoTime()}
     * @param timeoutNanos to the head of the answer: from the start, or, of a request that follows in pieces, from its last byte
     * @param idleNanos between two chunks of the answer
     * @param retries when it may be sent to another address; null for never
     */
    public UpstreamCall(
            UpstreamPool side,
            OutgoingRequest request,
            long startedNanos,
            long timeoutNanos,
            long idleNanos,
            @Nullable RetryAllowance retries,
            AnswerListener listener) {
        this.side = side;
        this.request = request;
        this.safe = Methods.isSafe(request.method());
        this.timeoutNanos = timeoutNanos;
        this.idleNanos = idleNanos;
        this.deadlineNanos = startedNanos + timeoutNanos;
        this.retries = retries;
        this.listener = listener;
    }

    public void start() {
        if (retries != null) {
            retries.sent();
        }
        side.acquire(this, null);
    }

    public boolean isWritable() {
        return carrier != null && carrier.isWritable();
    }

    /** Sends a piece of the body; only after {@link AnswerListener#writable} was told once. Takes the buffer over. */
    public void body(ByteBuf chunk) {
        bodyTaken = true;
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
        leave();
        if (carrier != null) {
            carrier.abandon();
        } else if (pool != null) {
            pool.forget(this);
        }
    }

    /** Whether it ever had a connection, so that bytes may have left. */
    boolean isConnected() {
        return connectedOnce;
    }

    boolean isDone() {
        return done;
    }

    boolean isSafe() {
        return safe;
    }

    OutgoingRequest request() {
        return request;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    long idleNanos() {
        return idleNanos;
    }

    AnswerListener listener() {
        return listener;
    }

    /** @param isCounted whether the address counts it until it leaves */
    void assigned(AddressPool to, boolean isCounted) {
        pool = to;
        counted = isCounted;
    }

    void connected(Carrier taken) {
        carrier = taken;
        connectedOnce = true;
        taken.begin(this);
        if (request.wholeBody() == null && !done) {
            listener.writable();
        }
    }

    void head(AnswerHead head) {
        status = head.status();
        listener.head(head);
    }

    /** The connection ended before a byte of the answer came. */
    void lost(boolean reused, String message) {
        AddressPool same = pool;
        if (reused && safe && request.wholeBody() != null && !again && same != null && !done) {
            again = true;
            carrier = null;
            same.acquire(this, true);
        } else {
            fail(new Failure(Cause.CUT, true, message));
        }
    }

    /** The service says that it did not begin to work on it (RFC 9113, 8.7), so that any request may be sent again. */
    void unprocessed(String message) {
        AddressPool same = pool;
        if (request.wholeBody() != null && unprocessed < MAX_UNPROCESSED && same != null && !done) {
            unprocessed++;
            carrier = null;
            same.acquire(this, true);
        } else {
            fail(new Failure(Cause.CUT, false, message));
        }
    }

    void ended(@Nullable Trailers trailers) {
        if (!done) {
            done = true;
            judge(status < 500);
            if (attempts > 1 && retries != null && status < 500) {
                retries.answered();
            }
            listener.end(trailers);
        }
    }

    void fail(Failure failure) {
        if (done) {
            return;
        }
        AddressPool failed = pool;
        if (failure.cause() == Cause.OVERLOADED) {
            leave();
        } else {
            judge(false);
        }
        if (failed != null && mayGoElsewhere(failure)) {
            attempts++;
            carrier = null;
            side.acquire(this, failed.address());
            return;
        }
        done = true;
        listener.failed(failure);
    }

    private boolean mayGoElsewhere(Failure failure) {
        if (retries == null
                || failure.cause() == Cause.OVERLOADED
                || !side.upstream().addresses().hasChoice()) {
            return false;
        }
        long now = System.nanoTime();
        return retries.mayRetry(
                new Attempt(
                        safe,
                        failure.sent(),
                        request.wholeBody() != null || !bodyTaken,
                        status == 0,
                        deadlineNanos - now,
                        attempts),
                now);
    }

    private void judge(boolean success) {
        AddressPool judged = pool;
        if (judged != null && counted) {
            Addresses addresses = side.upstream().addresses();
            if (success) {
                addresses.succeeded(judged.address());
            } else {
                addresses.failed(judged.address());
            }
        }
        leave();
    }

    private void leave() {
        AddressPool left = pool;
        if (left != null && counted) {
            counted = false;
            side.upstream().addresses().ended(left.address());
        }
    }
}
