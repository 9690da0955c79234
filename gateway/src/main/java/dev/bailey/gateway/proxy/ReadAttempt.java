package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.GrpcStatus;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.proxy.Reads.Plan;
import dev.bailey.gateway.upstream.AnswerListener;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.OutgoingRequest;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import dev.bailey.gateway.upstream.TurnLoop;
import dev.bailey.gateway.upstream.UpstreamCall;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    static final byte[] NO_BODY = new byte[0];

    private final Reads reads;
    private final Exchange exchange;
    private final @Nullable Plan plan;
    private final Side side;
    private final long timeoutNanos;
    private final boolean sampled;
    private final long startedNanos;

    private byte @Nullable [] requestBody;
    private @Nullable UpstreamCall call;
    private @Nullable AnswerHead head;
    private @Nullable ByteArrayOutputStream kept;
    private boolean overKept;
    private boolean unwanted;
    private boolean ended;
    private int drained;
    private boolean tunnelled;
    private long slowSinceNanos;
    private long headNanos;
    private long facadeNanos;

    /**
     * @param plan null for a request that no slice claims, which goes to legacy
     * @param startedNanos now, in {@code System.nanoTime()}
     * @param timeoutNanos to the head of the answer
     */
    ReadAttempt(Reads reads, Exchange exchange, @Nullable Plan plan, long startedNanos, long timeoutNanos) {
        this.reads = reads;
        this.exchange = exchange;
        this.plan = plan;
        this.side = plan == null ? Side.LEGACY : plan.side();
        this.startedNanos = startedNanos;
        this.timeoutNanos = timeoutNanos;
        this.sampled = exchange.isSampled();
    }

    private boolean isTranslated() {
        return plan != null && plan.translated();
    }

    private boolean mayFallBack() {
        return plan != null && plan.mayFallBack();
    }

    private boolean isTapped() {
        return plan != null && plan.tapped();
    }

    /** @param wholeBody null when the body streams */
    void start(byte @Nullable [] wholeBody) {
        requestBody = wholeBody;
        OutgoingRequest request;
        try {
            request = request(wholeBody);
        } catch (TranslationException untranslatable) {
            log.warn("request {}: {}", exchange.requestId(), untranslatable.getMessage());
            left();
            giveWay(() ->
                    reads.answers().error(exchange, 400, "the request cannot be translated for " + side.label(), null));
            return;
        }
        UpstreamCall started = new UpstreamCall(
                exchange.lane().pool(side),
                request,
                startedNanos,
                timeoutNanos,
                reads.idleNanos(),
                plan == null ? null : plan.limits().retries(),
                this);
        call = started;
        exchange.during(this);
        started.start();
        if (sampled) {
            facadeNanos = System.nanoTime() - exchange.startedNanos();
        }
    }

    private long now() {
        return TurnLoop.now(exchange.lane().loop());
    }

    private OutgoingRequest request(byte @Nullable [] wholeBody) throws TranslationException {
        long until = startedNanos + timeoutNanos;
        if (plan == null || wholeBody == null || !plan.translated()) {
            return new ForwardedRequest(exchange, wholeBody, until, plan != null);
        }
        RouteMatch match = Objects.requireNonNull(plan.match());
        RouteDecision decision = Objects.requireNonNull(plan.decision());
        BufferedRequest turned = reads.translator()
                .toSide(side, match, clientRequest(wholeBody), Optional.ofNullable(decision.entity()));
        return new TranslatedRequest(exchange, turned, Optional.empty(), until);
    }

    private BufferedRequest clientRequest(byte[] body) {
        return new BufferedRequest(exchange.method(), exchange.target(), exchange.endToEndHeaders(), body);
    }

    /** The client is gone. */
    void clientGone() {
        if (call != null) {
            call.cancel();
        }
        left();
    }

    /** The client takes more of the answer. */
    void clientWritable() {
        if (call != null) {
            call.readAnswer(true);
        }
    }

    @Override
    public void writable() {
        if (call != null) {
            exchange.body().passTo(call, call::cancel);
        }
    }

    @Override
    public void informational(AnswerHead before) {
        if (!isTranslated() && !unwanted) {
            exchange.informational(before);
        }
    }

    @Override
    public void head(AnswerHead answer) {
        head = answer;
        if (sampled) {
            headNanos = System.nanoTime();
        }
        if (mayFallBack() && isFailure(answer) && canBeSentAgain()) {
            unwanted = true;
            fallBack();
        } else if (answer.status() == SWITCHING_PROTOCOLS) {
            tunnel(answer);
        } else if (!isTranslated()) {
            exchange.answer(answer, reads.answers().edits(exchange, side, answer));
        }
    }

    static boolean isFailure(AnswerHead answer) {
        return answer.status() >= 500 || GrpcStatus.isFailure(answer, null);
    }

    /** From here on bytes go both ways as they are; the answer counts as given. */
    private void tunnel(AnswerHead answer) {
        tunnelled = true;
        record(false, now());
        exchange.becameTunnel();
        exchange.body().open();
        exchange.answer(answer, reads.answers().edits(exchange, side, answer));
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
        if (isTranslated()) {
            keep(chunk, reads.bounds().maxBodyKeptBytes());
            chunk.release();
            return;
        }
        if (isTapped()) {
            keep(chunk, tapLimit());
        }
        exchange.answerBody(chunk);
        if (!exchange.isClientWritable() && call != null) {
            if (slowSinceNanos == 0) {
                slowSinceNanos = now();
            }
            call.readAnswer(false);
        }
    }

    private int tapLimit() {
        return plan == null ? 0 : plan.slice().shadow().maxBodyBytes();
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
        if (!unwanted && !isTranslated()) {
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
        if (isTranslated()) {
            endTranslated(answer);
            return;
        }
        long now = now();
        record(answer.status() >= 500 || GrpcStatus.isFailure(answer, trailers), now);
        if (isTapped() && requestBody == null) {
            requestBody = exchange.body().wholePassed();
        }
        exchange.answerEnd(trailers);
        if (sampled && answer.bodyLength() >= 0 && answer.bodyLength() <= MAX_DRAINED) {
            exchange.lane().traffic().facade(facadeNanos + System.nanoTime() - headNanos);
        }
        if (isTapped()) {
            tell(answer, statusOf(answer, trailers), keptBytes());
        }
    }

    /** Of gRPC the status of HTTP that says the same. */
    private static int statusOf(AnswerHead answer, @Nullable Trailers trailers) {
        return GrpcStatus.isGrpc(answer) ? GrpcStatus.toHttp(GrpcStatus.of(answer, trailers)) : answer.status();
    }

    private void endTranslated(AnswerHead answer) {
        RouteMatch route = Objects.requireNonNull(Objects.requireNonNull(plan).match());
        int status = answer.status();
        byte[] turned;
        try {
            if (overKept) {
                throw new TranslationException(
                        "an answer above " + reads.bounds().maxBodyKeptBytes() + " bytes cannot be translated");
            }
            turned = reads.translator().fromSide(side, route, status, keptBytes());
        } catch (TranslationException untranslatable) {
            log.warn("request {}: {}", exchange.requestId(), untranslatable.getMessage());
            record(true, now());
            giveWay(() -> reads.answers()
                    .error(exchange, 502, "the answer of " + side.label() + " cannot be translated", side));
            return;
        }
        record(status >= 500, now());
        reads.answers().translated(exchange, side, answer, turned);
        tell(answer, status, turned);
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
            left();
            count(true, now());
        } else {
            record(true, now());
        }
        giveWay(() -> reads.answers().noAnswer(exchange, side, failure));
    }

    private void fallBack() {
        record(true, now());
        if (requestBody == null && call != null) {
            call.cancel(); // it may still be sent the request
        }
        giveWay(() -> {});
    }

    /** To legacy where that is allowed and nothing was answered yet; else what the caller says. */
    private void giveWay(Runnable otherwise) {
        Plan failed = plan;
        if (failed != null && failed.mayFallBack() && !exchange.isAnswering() && canBeSentAgain()) {
            if (requestBody == null) {
                exchange.body().rewind();
            }
            exchange.lane().traffic().fallback(failed.slice().name());
            reads.fallBack(exchange, failed, (same, atLegacy) -> reads.begin(same, atLegacy, requestBody));
        } else {
            otherwise.run();
        }
    }

    private boolean canBeSentAgain() {
        return requestBody != null || exchange.body().canRewind();
    }

    private void record(boolean failed, long now) {
        if (plan != null && !ended) {
            ended = true;
            SideEntry.end(plan.limits(), !failed, now);
        }
        count(failed, now);
    }

    /** It ended without a result. */
    private void left() {
        if (plan != null && !ended) {
            ended = true;
            SideEntry.leave(plan.limits());
        }
    }

    private void count(boolean failed, long now) {
        SliceName slice = plan == null ? Traffic.UNMATCHED : plan.slice().name();
        // A slow client is not the side's fault: then the time until it was in arrears counts.
        long until = slowSinceNanos != 0 ? slowSinceNanos : now;
        if (plan == null && !exchange.head().isSafe()) {
            exchange.lane().traffic().write(slice, side, failed);
        } else {
            exchange.lane().traffic().read(slice, side, failed, until - startedNanos);
        }
    }

    private void tell(AnswerHead answer, int status, byte[] body) {
        byte[] sent = requestBody;
        if (plan == null || !plan.tapped() || sent == null || exchange.isGone()) {
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
                Objects.requireNonNull(plan.match()),
                Objects.requireNonNull(plan.decision()),
                clientRequest(sent),
                side,
                status,
                copied,
                truncated ? NO_BODY : body,
                truncated,
                exchange.startedNanos()));
    }
}
