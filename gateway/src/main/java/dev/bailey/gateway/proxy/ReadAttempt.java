package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.OutgoingRequest;
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
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try of a read at one side: its answer streams to the client, is held for translation, or gives way to legacy. */
final class ReadAttempt implements AnswerListener {

    private static final Logger log = LoggerFactory.getLogger(ReadAttempt.class);

    /** Of an answer nobody wants any more, so much is read to keep its connection; more is cheaper to cut. */
    private static final int MAX_DRAINED = 64 * 1024;

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final byte[] NO_BODY = new byte[0];

    private final Reads reads;
    private final Exchange exchange;
    private final @Nullable RouteMatch match;
    private final RouteDecision decision;
    private final boolean mayFallBack;
    private final boolean tapped;
    private final boolean translated;
    private final long startedNanos = System.nanoTime();

    private byte @Nullable [] requestBody;
    private @Nullable UpstreamCall call;
    private @Nullable AnswerHead head;
    private @Nullable ByteArrayOutputStream kept;
    private boolean overKept;
    private boolean unwanted;
    private int drained;
    private boolean tunnelled;
    private long slowSinceNanos;

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
        OutgoingRequest request;
        try {
            request = request(wholeBody);
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
                pool,
                request,
                reads.timeout(decision.spec()).toNanos(),
                reads.bounds().idleTimeout().toNanos(),
                this);
        call = started;
        exchange.onGone(() -> {
            started.cancel();
            recordBreaker(null);
        });
        exchange.onWritable(() -> started.readAnswer(true));
        started.start();
    }

    private OutgoingRequest request(byte @Nullable [] wholeBody) throws TranslationException {
        if (wholeBody == null && !exchange.body().isEmpty()) {
            return new ForwardedRequest(exchange, null);
        }
        byte[] body = wholeBody == null ? NO_BODY : wholeBody;
        if (!translated || match == null) {
            return new ForwardedRequest(exchange, body);
        }
        BufferedRequest turned = reads.translator()
                .toSide(decision.side(), match, clientRequest(body), Optional.ofNullable(decision.entity()));
        return new TranslatedRequest(exchange, turned, Optional.empty());
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
    public void informational(AnswerHead before) {
        if (!translated && !unwanted) {
            exchange.informational(before);
        }
    }

    @Override
    public void head(AnswerHead answer) {
        head = answer;
        if (mayFallBack && answer.status() >= 500) {
            unwanted = true;
            fallBack();
        } else if (answer.status() == SWITCHING_PROTOCOLS) {
            tunnel(answer);
        } else if (!translated) {
            exchange.answer(answer, reads.answers().edits(exchange, decision.side(), answer));
        }
    }

    /** From here on bytes go both ways as they are; the answer counts as given. */
    private void tunnel(AnswerHead answer) {
        tunnelled = true;
        record(false);
        exchange.body().open();
        exchange.answer(answer, reads.answers().edits(exchange, decision.side(), answer));
        exchange.flush();
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
            if (slowSinceNanos == 0) {
                slowSinceNanos = System.nanoTime();
            }
            call.readAnswer(false);
        }
    }

    private int tapLimit() {
        return match == null ? 0 : match.slice().shadow().maxBodyBytes();
    }

    private void keep(ByteBuf chunk, int limit) {
        ByteArrayOutputStream copy = kept;
        if (copy == null) {
            copy = new ByteArrayOutputStream(chunk.readableBytes());
            kept = copy;
        }
        int room = limit - copy.size();
        if (chunk.readableBytes() > room) {
            overKept = true;
        }
        copy.writeBytes(ByteBufUtil.getBytes(chunk, chunk.readerIndex(), Math.min(room, chunk.readableBytes())));
    }

    private byte[] keptBytes() {
        return kept == null ? NO_BODY : kept.toByteArray();
    }

    @Override
    public void pause() {
        if (!unwanted && !translated) {
            exchange.flush();
        }
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        AnswerHead answer = head;
        if (unwanted || answer == null) {
            return;
        }
        if (tunnelled) {
            exchange.answerEnd(null);
            return;
        }
        if (translated) {
            endTranslated(answer);
            return;
        }
        record(answer.status() >= 500);
        exchange.answerEnd(trailers);
        if (tapped) {
            tell(answer, keptBytes());
        }
    }

    private void endTranslated(AnswerHead answer) {
        RouteMatch route = match;
        if (route == null) {
            throw new IllegalStateException("translated without a route");
        }
        int status = answer.status();
        byte[] turned;
        try {
            if (overKept) {
                throw new TranslationException(
                        "an answer above " + reads.bounds().maxBodyKeptBytes() + " bytes cannot be translated");
            }
            turned = reads.translator().fromSide(decision.side(), route, status, keptBytes());
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
        reads.answers().translated(exchange, decision.side(), answer, turned);
        tell(answer, turned);
    }

    @Override
    public void failed(Failure failure) {
        if (unwanted) {
            return;
        }
        if (tunnelled) {
            exchange.abort();
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
        // A slow client is not the side's fault: then the time until it was in arrears counts.
        long ended = slowSinceNanos != 0 ? slowSinceNanos : System.nanoTime();
        if (match == null && !exchange.head().isSafe()) {
            exchange.lane().traffic().write(slice, decision.side(), failed);
        } else {
            exchange.lane().traffic().read(slice, decision.side(), failed, ended - startedNanos);
        }
    }

    private void tell(AnswerHead answer, byte[] body) {
        byte[] sent = requestBody;
        if (!tapped || match == null || sent == null || exchange.isGone()) {
            return;
        }
        List<Header> copied = new ArrayList<>(answer.count());
        for (int field = 0; field < answer.count(); field++) {
            if (!answer.isHopByHop(field)) {
                copied.add(new Header(answer.name(field), answer.value(field)));
            }
        }
        boolean truncated = overKept || body.length > tapLimit();
        reads.tell(new ServedExchange(
                match,
                decision,
                clientRequest(sent),
                decision.side(),
                answer.status(),
                copied,
                truncated ? NO_BODY : body,
                truncated,
                exchange.startedNanos()));
    }
}
