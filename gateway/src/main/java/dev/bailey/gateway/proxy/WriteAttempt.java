package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.GrpcStatus;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.OutgoingRequest;
import dev.bailey.gateway.upstream.RetryAllowance;
import dev.bailey.gateway.upstream.UpstreamCall;
import dev.bailey.model.spec.GatewaySpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A write on its way to its authority. Its answer is held back until the outcome is settled: whole, or, above the bound, its
 * beginning while the rest waits in the socket. One that is a conversation, or whose outcome stands at its end, is passed on as it
 * comes: all but its end, which waits for the outcome.
 */
final class WriteAttempt implements AnswerListener {

    private final AdmittedWrite write;
    private final Exchange exchange;
    private final GatewaySpec bounds;
    private final RetryAllowance retries;
    private final @Nullable Answers passing;
    private final Consumer<WriteResult> told;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);

    private @Nullable UpstreamCall call;
    private @Nullable AnswerHead head;
    private @Nullable Trailers trailers;
    private State state = State.HOLDING;
    private boolean overKept;
    private boolean ended;
    private boolean broken;

    private enum State {
        /** The answer is gathered. */
        HOLDING,
        /** It was too long: the outcome is being settled. */
        SETTLING,
        STREAMING,
        /** The client gets the answer as it comes; the outcome is not known before its end. */
        PASSING,
        DROPPED
    }

    /**
     * @param retries what was not sent, because an address took no connection, may go to another
     * @param passing writes the heads of answers that may go to the client as they come; null where none may
     */
    WriteAttempt(
            AdmittedWrite write,
            GatewaySpec bounds,
            RetryAllowance retries,
            @Nullable Answers passing,
            Consumer<WriteResult> told) {
        this.write = write;
        this.exchange = write.exchange();
        this.bounds = bounds;
        this.retries = retries;
        this.passing = passing;
        this.told = told;
    }

    void start(OutgoingRequest request) {
        UpstreamCall started = new UpstreamCall(
                exchange.lane().pool(write.decision().side()),
                request,
                System.nanoTime(),
                write.match().slice().limits().timeout().toNanos(),
                bounds.idleTimeout().toNanos(),
                retries,
                this);
        call = started;
        started.start();
    }

    @Override
    public void writable() {
        UpstreamCall sending = call;
        if (sending != null) {
            exchange.body().passTo(sending, () -> {
                sending.cancel();
                failed(new Failure(Cause.CUT, true, "the client left in the middle of its request"));
            });
        }
    }

    @Override
    public void head(AnswerHead answer) {
        head = answer;
    }

    @Override
    public void body(ByteBuf chunk) {
        if (state == State.PASSING) {
            keep(chunk);
        }
        if (state == State.STREAMING || state == State.PASSING) {
            exchange.answerBody(chunk);
            if (!exchange.isClientWritable() && call != null) {
                call.readAnswer(false);
            }
            return;
        }
        if (state != State.DROPPED) {
            kept.writeBytes(ByteBufUtil.getBytes(chunk));
        }
        chunk.release();
        AnswerHead answer = head;
        if (state == State.HOLDING && kept.size() > bounds.maxBodyKeptBytes() && answer != null && call != null) {
            state = State.SETTLING;
            call.readAnswer(false);
            told.accept(new WriteResult.TooLong(answer, this));
        }
    }

    private void keep(ByteBuf chunk) {
        overKept |= kept.size() + chunk.readableBytes() > bounds.maxBodyKeptBytes();
        if (overKept) {
            kept.reset();
        } else {
            kept.writeBytes(ByteBufUtil.getBytes(chunk));
        }
    }

    @Override
    public void pause() {
        AnswerHead answer = head;
        Answers heads = passing;
        if (state == State.STREAMING || state == State.PASSING) {
            exchange.flush();
        } else if (state == State.HOLDING && answer != null && heads != null && isConversation(answer)) {
            pass(answer, heads);
        }
    }

    /** Its request goes on, or its outcome comes last: held back it might never come to an end. */
    private boolean isConversation(AnswerHead answer) {
        return answer.status() < 300
                && (GrpcStatus.isGrpc(answer)
                        || !(write.bodyKept() || exchange.body().isEnded()));
    }

    private void pass(AnswerHead answer, Answers heads) {
        UpstreamCall passed = call;
        if (exchange.isGone() || passed == null) {
            return; // held to its end, for the outcome's sake
        }
        state = State.PASSING;
        exchange.answer(answer, heads.edits(exchange, write.decision().side(), answer));
        if (kept.size() > 0) {
            exchange.answerBody(Unpooled.wrappedBuffer(kept.toByteArray()));
        }
        exchange.flush();
        exchange.onGone(() -> listenOn(passed));
        exchange.onWritable(() -> passed.readAnswer(true));
        if (!exchange.isClientWritable()) {
            passed.readAnswer(false);
        }
    }

    /** Nobody is left to read, but the outcome counts: the service has the time of one answer to come to it. */
    private void listenOn(UpstreamCall passed) {
        if (state == State.PASSING) {
            passed.readAnswer(true);
            exchange.lane()
                    .loop()
                    .schedule(
                            () -> giveUp(passed),
                            write.match().slice().limits().timeout().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void giveUp(UpstreamCall passed) {
        if (state == State.PASSING) {
            passed.cancel();
            failed(new Failure(Cause.TIMEOUT, true, "the client left before the answer came to its end"));
        }
    }

    @Override
    public void end(@Nullable Trailers behind) {
        trailers = behind;
        AnswerHead answer = head;
        if (answer == null) {
            throw new IllegalStateException("an answer ended without a head");
        }
        switch (state) {
            case HOLDING -> told.accept(new WriteResult.Whole(answer, kept.toByteArray(), trailers));
            case SETTLING -> ended = true;
            case STREAMING -> exchange.answerEnd(trailers);
            case PASSING -> {
                state = State.DROPPED;
                told.accept(new WriteResult.Passed(answer, kept.toByteArray(), trailers));
            }
            case DROPPED -> {}
        }
    }

    @Override
    public void failed(Failure failure) {
        switch (state) {
            case HOLDING -> told.accept(new WriteResult.NoAnswer(failure));
            case SETTLING -> broken = true;
            case STREAMING -> exchange.abort();
            case PASSING -> {
                state = State.DROPPED;
                told.accept(new WriteResult.NoAnswer(failure));
            }
            case DROPPED -> {}
        }
    }

    /** The outcome is settled: the client gets what is kept, then the rest as it comes. */
    void streamTo(AnswerHead answer, AnswerEdits edits) {
        UpstreamCall streaming = call;
        if (exchange.isGone() || streaming == null) {
            drop();
            return;
        }
        state = State.STREAMING;
        exchange.answer(answer, edits);
        exchange.answerBody(Unpooled.wrappedBuffer(kept.toByteArray()));
        kept.reset();
        if (broken) {
            exchange.abort();
        } else if (ended) {
            exchange.answerEnd(trailers);
        } else {
            exchange.flush();
            exchange.onGone(this::drop);
            exchange.onWritable(() -> streaming.readAnswer(true));
            if (exchange.isClientWritable()) {
                streaming.readAnswer(true);
            }
        }
    }

    /** Nobody wants the rest. */
    void drop() {
        state = State.DROPPED;
        if (call != null) {
            call.cancel();
        }
    }
}
