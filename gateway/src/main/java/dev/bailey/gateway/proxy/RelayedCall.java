package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener;
import dev.bailey.gateway.upstream.OutgoingRequest;
import dev.bailey.gateway.upstream.UpstreamCall;
import dev.bailey.gateway.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way to the process that took over, and its answer on the way back. Used on the request's event loop. */
final class RelayedCall implements AnswerListener {

    private static final Logger log = LoggerFactory.getLogger(RelayedCall.class);
    private static final int SWITCHING = 101;

    private final Exchange exchange;
    private final Answers answers;
    private @Nullable UpstreamCall call;

    RelayedCall(Exchange exchange, Answers answers) {
        this.exchange = exchange;
        this.answers = answers;
    }

    void start(UpstreamPool pool, OutgoingRequest request, long idleNanos) {
        UpstreamCall started = new UpstreamCall(pool, request, System.nanoTime(), idleNanos, idleNanos, null, this);
        call = started;
        exchange.onGone(started::cancel);
        exchange.onWritable(() -> started.readAnswer(true));
        started.start();
    }

    @Override
    public void writable() {
        UpstreamCall sending = call;
        if (sending != null) {
            exchange.body().passTo(sending, sending::cancel);
        }
    }

    @Override
    public void informational(AnswerHead before) {
        exchange.informational(before);
    }

    @Override
    public void head(AnswerHead answer) {
        boolean tunnel = answer.status() == SWITCHING;
        if (tunnel) {
            exchange.becameTunnel();
            exchange.body().open();
        }
        exchange.answer(answer, exchange.lane().edits().untouched(answer.bodyLength()));
        if (tunnel) {
            exchange.flush();
        }
    }

    @Override
    public void body(ByteBuf chunk) {
        exchange.answerBody(chunk);
        if (!exchange.isClientWritable() && call != null) {
            call.readAnswer(false);
        }
    }

    @Override
    public void pause() {
        exchange.flush();
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        exchange.answerEnd(trailers);
    }

    @Override
    public void failed(Failure failure) {
        log.warn("request {}: the process that took over gave no answer: {}", exchange.requestId(), failure.message());
        answers.error(exchange, Answers.status(failure), "the process that took over gave no answer", null);
    }
}
