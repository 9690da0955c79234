package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.AnswerListener;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import dev.bailey.gateway.upstream.UpstreamCall;
import dev.bailey.gateway.upstream.UpstreamPool;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try of a read at one side: its answer streams to the client, is held for translation, or gives way to legacy. */
final class ReadAttempt implements AnswerListener {

    private static final Logger log = LoggerFactory.getLogger(ReadAttempt.class);

    /** Of an answer nobody wants any more, so much is read to keep its connection; more is cheaper to cut. */
    private static final int MAX_DRAINED = 64 * 1024;

    private final Reads reads;
    private final Exchange exchange;
    private final @Nullable RouteMatch match;
    private final RouteDecision decision;
    private final boolean mayFallBack;
    private final boolean tapped;
    private final boolean translated;
    private final long startedNanos = System.nanoTime();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

    private byte @Nullable [] requestBody;
    private @Nullable UpstreamCall call;
    private @Nullable HttpResponse head;
    private boolean overKept;
    private boolean unwanted;
    private int drained;
    private boolean clientWasSlow;
    private long headNanos;

    ReadAttempt(
            Reads reads,
            Exchange exchange,
            @Nullable RouteMatch match,
            RouteDecision decision,
            boolean mayFallBack,
            boolean tapped) {
        this.reads = reads;
        this.exchange = exchange;
        this.match = match;
        this.decision = decision;
        this.mayFallBack = mayFallBack;
        this.tapped = tapped;
        this.translated = match != null && reads.translator().translates(decision.side(), match.route());
    }

    /** @param wholeBody null when the body streams */
    void start(byte @Nullable [] wholeBody) {
        requestBody = wholeBody;
        UpstreamPool pool = exchange.lane().pool(decision.side());
        HttpRequest request;
        try {
            request = request(pool, wholeBody);
        } catch (TranslationException untranslatable) {
            log.warn("request {}: {}", exchange.requestId(), untranslatable.getMessage());
            recordBreaker(null);
            giveWay(() -> reads.answers()
                    .error(
                            exchange,
                            400,
                            "the request cannot be translated for "
                                    + decision.side().label(),
                            null));
            return;
        }
        UpstreamCall started = new UpstreamCall(
                pool, request, reads.timeout(decision.spec()), reads.bounds().idleTimeout(), this);
        call = started;
        exchange.onGone(() -> {
            started.cancel();
            recordBreaker(null);
        });
        exchange.onWritable(() -> started.readAnswer(true));
        started.start();
    }

    private HttpRequest request(UpstreamPool pool, byte @Nullable [] wholeBody) throws TranslationException {
        if (wholeBody == null && !exchange.body().isEmpty()) {
            return UpstreamRequests.streaming(exchange, pool.upstream());
        }
        byte[] body = wholeBody == null ? new byte[0] : wholeBody;
        if (!translated || match == null) {
            return UpstreamRequests.whole(exchange, pool.upstream(), body);
        }
        BufferedRequest turned = reads.translator()
                .toSide(decision.side(), match, clientRequest(body), Optional.ofNullable(decision.entity()));
        HttpRequest request = UpstreamRequests.translated(exchange, pool.upstream(), turned);
        UpstreamRequests.askPlain(request);
        return request;
    }

    private BufferedRequest clientRequest(byte[] body) {
        return new BufferedRequest(exchange.method(), exchange.target(), exchange.endToEndHeaders(), body);
    }

    @Override
    public void writable() {
        if (call != null) {
            exchange.body().passTo(call, call::cancel);
        }
    }

    @Override
    public void head(HttpResponse answer) {
        head = answer;
        headNanos = System.nanoTime();
        if (mayFallBack && answer.status().code() >= 500) {
            unwanted = true;
            fallBack();
        } else if (!translated) {
            exchange.answer(reads.answers().head(exchange, decision.side(), answer.status(), answer.headers(), null));
        }
    }

    @Override
    public void body(ByteBuf chunk) {
        if (unwanted) {
            drained += chunk.readableBytes();
            chunk.release();
            if (drained > MAX_DRAINED && call != null) {
                call.cancel();
            }
            return;
        }
        if (translated) {
            keep(chunk, reads.bounds().maxBodyKeptBytes());
            chunk.release();
            return;
        }
        if (tapped) {
            keep(chunk, tapLimit());
        }
        exchange.answerBody(chunk);
        if (!exchange.isClientWritable() && call != null) {
            clientWasSlow = true;
            call.readAnswer(false);
        }
    }

    private int tapLimit() {
        return match == null ? 0 : match.slice().shadow().maxBodyBytes();
    }

    private void keep(ByteBuf chunk, int limit) {
        int room = limit - kept.size();
        if (chunk.readableBytes() > room) {
            overKept = true;
        }
        kept.writeBytes(ByteBufUtil.getBytes(chunk, chunk.readerIndex(), Math.min(room, chunk.readableBytes())));
    }

    @Override
    public void pause() {
        if (!unwanted && !translated) {
            exchange.flush();
        }
    }

    @Override
    public void end() {
        HttpResponse answer = head;
        if (unwanted || answer == null) {
            return;
        }
        if (translated) {
            endTranslated(answer);
            return;
        }
        record(answer.status().code() >= 500);
        exchange.answerEnd();
        tell(answer.status().code(), answer.headers(), kept.toByteArray());
    }

    private void endTranslated(HttpResponse answer) {
        RouteMatch route = match;
        if (route == null) {
            throw new IllegalStateException("translated without a route");
        }
        int status = answer.status().code();
        byte[] turned;
        try {
            if (overKept) {
                throw new TranslationException(
                        "an answer above " + reads.bounds().maxBodyKeptBytes() + " bytes cannot be translated");
            }
            turned = reads.translator().fromSide(decision.side(), route, status, kept.toByteArray());
        } catch (TranslationException untranslatable) {
            log.warn("request {}: {}", exchange.requestId(), untranslatable.getMessage());
            record(true);
            giveWay(() -> reads.answers()
                    .error(
                            exchange,
                            502,
                            "the answer of " + decision.side().label() + " cannot be translated",
                            decision.side()));
            return;
        }
        record(status >= 500);
        HttpResponse head =
                reads.answers().translatedHead(exchange, decision.side(), answer.status(), answer.headers(), turned);
        reads.answers().whole(exchange, head, turned);
        tell(status, head.headers(), turned);
    }

    @Override
    public void failed(Failure failure) {
        if (unwanted) {
            return;
        }
        if (failure.cause() == Cause.OVERLOADED) {
            recordBreaker(null);
        } else {
            recordBreaker(false);
        }
        count(true);
        giveWay(() -> reads.answers().noAnswer(exchange, decision.side(), failure));
    }

    private void fallBack() {
        record(true);
        giveWay(() -> {});
    }

    /** To legacy where that is allowed and nothing was answered yet; else what the caller says. */
    private void giveWay(Runnable otherwise) {
        if (match != null && mayFallBack && !exchange.isAnswering()) {
            exchange.lane().traffic().fallback(match.slice().name());
            new ReadAttempt(reads, exchange, match, decision.servedBy(Side.LEGACY, Rule.FALLBACK), false, false)
                    .start(requestBody);
        } else {
            otherwise.run();
        }
    }

    private void record(boolean failed) {
        recordBreaker(!failed);
        count(failed);
    }

    /** @param success null when there is no result to learn from */
    private void recordBreaker(@Nullable Boolean success) {
        if (match == null) {
            return;
        }
        var breaker = reads.limits().of(match.slice(), decision.side()).breaker();
        if (success == null) {
            breaker.release();
        } else {
            breaker.record(success, System.nanoTime());
        }
    }

    private void count(boolean failed) {
        SliceName slice = match == null ? Traffic.UNMATCHED : match.slice().name();
        // A slow client is not the side's fault: then the time to the head counts.
        long ended = clientWasSlow ? headNanos : System.nanoTime();
        if (match == null && !UpstreamCall.isSafe(exchange.request().method())) {
            exchange.lane().traffic().write(slice, decision.side(), failed);
        } else {
            exchange.lane().traffic().read(slice, decision.side(), failed, ended - startedNanos);
        }
    }

    private void tell(int status, HttpHeaders headers, byte[] body) {
        byte[] sent = requestBody;
        if (!tapped || match == null || sent == null || exchange.isGone()) {
            return;
        }
        List<Header> copied = new ArrayList<>(headers.size());
        for (Map.Entry<String, String> header : headers) {
            copied.add(new Header(header.getKey(), header.getValue()));
        }
        boolean truncated = overKept || body.length > tapLimit();
        reads.tell(new ServedExchange(
                match,
                decision,
                clientRequest(sent),
                decision.side(),
                status,
                copied,
                truncated ? new byte[0] : body,
                truncated,
                exchange.startedNanos()));
    }
}
