package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.load.HeldBytes;
import dev.bailey.gateway.upstream.UpstreamCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request between client and upstream: collected up to a bound, or passed on as fast as the upstream takes
 * it. Holds at most the bound asked for and one read of the client's socket. Used on its event loop only; releases what it
 * holds when it is discarded.
 */
public final class RequestBody {

    /** With so much at hand the client is not read further, unless more is asked for. */
    private static final int ENOUGH = 64 * 1024;

    /** More pieces than this, smaller than that, are put together. */
    private static final int MANY = 64;

    private static final int SMALL = 1024;

    private static final ArrayDeque<ByteBuf> NOTHING = new ArrayDeque<>(1);

    private final ClientStream client;
    private final HeldBytes all;
    private ArrayDeque<ByteBuf> held = NOTHING;
    private boolean holds;
    private long heldBytes;
    private long counted;
    private boolean overAll;
    private boolean ended;
    private boolean cut;
    private boolean discarded;
    private boolean passed;
    private @Nullable Trailers trailers;
    private @Nullable Runnable waiter;
    private @Nullable ByteArrayOutputStream copy;
    private int copyLimit;
    private long copyCounted;

    RequestBody(ClientStream client, boolean hasBody, HeldBytes all) {
        this.client = client;
        this.all = all;
        this.ended = !hasBody;
    }

    /** A piece from the client; the buffer is taken over. */
    public void offer(ByteBuf chunk) {
        if (discarded) {
            chunk.release();
            return;
        }
        if (!holds) {
            holds = true;
            held = new ArrayDeque<>(4);
        }
        int length = chunk.readableBytes();
        held.addLast(chunk);
        heldBytes += length;
        if (held.size() > MANY && heldBytes < (long) MANY * SMALL) {
            gather();
        }
        if (all.tryHold(length)) {
            counted += length;
        } else {
            overAll = true;
        }
        wake();
    }

    /** A client that sends a body byte by byte must not make a buffer of each. */
    private void gather() {
        ByteBuf whole = held.getFirst().alloc().directBuffer(Math.toIntExact(heldBytes));
        for (ByteBuf chunk : held) {
            whole.writeBytes(chunk);
            chunk.release();
        }
        held.clear();
        held.addLast(whole);
    }

    public void end(@Nullable Trailers behind) {
        trailers = behind;
        ended = true;
        wake();
    }

    /** The connection becomes a tunnel: bytes may come although the request had no body. */
    public void open() {
        ended = false;
    }

    /** The client left before its body was complete. */
    public void cut() {
        if (!ended) {
            cut = true;
            wake();
        }
    }

    /** True when so much is held that the client need not be read further until more is asked for. */
    public boolean isFull() {
        return heldBytes >= ENOUGH;
    }

    /** True when every byte the client sends has arrived here (or there is no body). */
    public boolean isEnded() {
        return ended;
    }

    boolean isCut() {
        return cut;
    }

    /** True when the whole body is held. */
    boolean isWhole() {
        return ended && !discarded && !passed;
    }

    boolean isEmpty() {
        return ended && heldBytes == 0;
    }

    /**
     * Runs {@code then} when the whole body is held, or more than {@code limit} bytes are, or all requests together hold too
     * much, or the client left.
     */
    void collect(int limit, Runnable then) {
        waiter = () -> {
            if (ended || cut || heldBytes > limit || overAll) {
                waiter = null;
                then.run();
            } else {
                client.pull();
            }
        };
        wake();
    }

    /** A copy of the whole body; what is held stays, so that it can still be passed on. */
    byte[] bytes() {
        byte[] whole = new byte[Math.toIntExact(heldBytes)];
        int at = 0;
        for (ByteBuf chunk : held) {
            int length = chunk.readableBytes();
            chunk.getBytes(chunk.readerIndex(), whole, at, length);
            at += length;
        }
        return whole;
    }

    /** From now on what is passed on is also kept, up to so many bytes, so that it can be passed on again. */
    void keepPassed(int limit) {
        copy = new ByteArrayOutputStream(256);
        copyLimit = limit;
    }

    private void keep(ByteBuf chunk) {
        ByteArrayOutputStream kept = copy;
        if (kept == null) {
            return;
        }
        int length = chunk.readableBytes();
        if (kept.size() + length > copyLimit || !all.tryHold(length)) {
            forgetPassed();
        } else {
            copyCounted += length;
            kept.writeBytes(ByteBufUtil.getBytes(chunk));
        }
    }

    private void forgetPassed() {
        copy = null;
        if (copyCounted > 0) {
            all.release(copyCounted);
            copyCounted = 0;
        }
    }

    /** A copy of what was passed on, where that was the whole body and it was kept; else null. */
    byte @Nullable [] wholePassed() {
        ByteArrayOutputStream kept = copy;
        return kept == null || !ended || heldBytes > 0 ? null : kept.toByteArray();
    }

    /** Whether all that was passed on is still known. */
    boolean canRewind() {
        return !discarded && (!passed || copy != null);
    }

    /** Takes back what was passed on, to pass it on once more. */
    void rewind() {
        waiter = null;
        ByteArrayOutputStream kept = copy;
        if (!passed || kept == null) {
            return;
        }
        held.addFirst(Unpooled.wrappedBuffer(kept.toByteArray()));
        heldBytes += kept.size();
        counted += copyCounted;
        copyCounted = 0;
        copy = null;
        passed = false;
    }

    /** Passes everything held and everything to come on; call again whenever the call can take more. */
    void passTo(UpstreamCall call, Runnable onCut) {
        waiter = () -> pass(call, onCut);
        wake();
    }

    private void pass(UpstreamCall call, Runnable onCut) {
        while (!held.isEmpty() && call.isWritable()) {
            ByteBuf chunk = held.removeFirst();
            heldBytes -= chunk.readableBytes();
            passed = true;
            keep(chunk);
            giveBack(Math.min(counted, chunk.readableBytes()));
            call.body(chunk);
        }
        if (!held.isEmpty()) {
            call.flush();
        } else if (ended) {
            waiter = null;
            call.endBody(trailers);
        } else if (cut) {
            waiter = null;
            onCut.run();
        } else {
            call.flush();
            if (call.isWritable()) {
                client.pull();
            }
        }
    }

    private void wake() {
        Runnable waiting = waiter;
        if (waiting != null) {
            waiting.run();
        }
    }

    /** Nobody wants the rest: frees what is held and drops what comes. */
    void discard() {
        discarded = true;
        waiter = null;
        held.forEach(ByteBuf::release);
        held = NOTHING;
        holds = false;
        heldBytes = 0;
        giveBack(counted);
        forgetPassed();
    }

    private void giveBack(long bytes) {
        if (bytes > 0) {
            counted -= bytes;
            all.release(bytes);
        }
    }
}
