package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.GrpcStatus;
import dev.bailey.gateway.http.Heads;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.load.ShedCause;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.journal.KeptKeys;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.RouteSpec;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers to clients: those of a side, and our own. Thread-safe. */
public final class Answers {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final byte[] LEGACY = "X-Bailey-Side: legacy\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MODERN = "X-Bailey-Side: modern\r\n".getBytes(StandardCharsets.US_ASCII);

    private final boolean sideHeader;

    /** @param sideHeader whether answers say which side served */
    public Answers(boolean sideHeader) {
        this.sideHeader = sideHeader;
    }

    /** What changes in a side's head for the client. Valid until the event loop's next answer. */
    AnswerEdits edits(Exchange exchange, @Nullable Side side, AnswerHead head) {
        return edits(exchange, side, head, ReadAttempt.isFailure(head) ? null : side);
    }

    /** @param served null where nothing was served that a pin could begin with */
    private AnswerEdits edits(Exchange exchange, @Nullable Side side, AnswerHead head, @Nullable Side served) {
        AnswerEdits edits = exchange.lane().edits().begin(head.bodyLength());
        exchange.idLine(edits.added());
        if (sideHeader && side != null) {
            edits.added().bytes(side == Side.LEGACY ? LEGACY : MODERN);
        }
        exchange.complete(edits, served);
        return edits;
    }

    /** A side's answer that was held whole, in its own bytes. */
    void whole(Exchange exchange, Side side, AnswerHead head, byte[] body, @Nullable Trailers trailers) {
        AnswerEdits edits = edits(exchange, side, head);
        if (head.bodyLength() < 0 && trailers == null) {
            edits.replaceBody(body.length);
        }
        whole(exchange, head, edits, body, trailers);
    }

    /** A side's answer whose body was turned into the clients' contract. */
    void translated(Exchange exchange, Side side, AnswerHead head, byte[] body) {
        AnswerEdits edits = edits(exchange, side, head).replaceBody(body.length);
        String type = head.first(Known.CONTENT_TYPE);
        if (body.length > 0 && head.status() < 400 && (type == null || !type.contains("json"))) {
            edits.drop(Known.bit(Known.CONTENT_TYPE)).added().ascii("Content-Type: application/json\r\n");
        }
        whole(exchange, head, edits, body, null);
    }

    private static void whole(
            Exchange exchange, AnswerHead head, AnswerEdits edits, byte[] body, @Nullable Trailers trailers) {
        exchange.answer(head, edits);
        if (body.length > 0) {
            exchange.answerBody(Unpooled.wrappedBuffer(body));
        }
        exchange.answerEnd(trailers);
    }

    void error(Exchange exchange, int status, String message, @Nullable Side side) {
        error(exchange, status, message, side, Optional.empty());
    }

    private void error(
            Exchange exchange, int status, String message, @Nullable Side side, Optional<Duration> retryAfter) {
        if (exchange.isAnswering()) {
            exchange.abort();
            return;
        }
        if (GrpcStatus.isGrpc(exchange.head())) {
            AnswerHead head = grpcError(status, message);
            whole(exchange, head, edits(exchange, side, head), new byte[0], null);
            return;
        }
        byte[] body = errorBody(message, exchange.requestId());
        AnswerHead head = errorHead(status, body.length, retryAfter);
        whole(exchange, head, edits(exchange, side, head, null), body, null);
    }

    /** Clients of gRPC look for the status of gRPC; that of HTTP says only that there was an answer. */
    private static AnswerHead grpcError(int status, String message) {
        return Heads.answer(200, out -> {
            out.field("Content-Type", "application/grpc");
            out.ascii("Content-Length: 0\r\nGrpc-Status: ")
                    .decimal(GrpcStatus.ofHttp(status))
                    .crlf();
            out.field("Grpc-Message", GrpcStatus.message(message));
        });
    }

    /** The head of our own errors. */
    public static AnswerHead errorHead(int status, int length, Optional<Duration> retryAfter) {
        return Heads.answer(status, out -> {
            out.field("Content-Type", "application/json");
            out.ascii("Content-Length: ").decimal(length).crlf();
            retryAfter.ifPresent(after -> out.ascii("Retry-After: ")
                    .decimal(Math.max(1, Math.ceilDiv(after.toMillis(), 1_000L)))
                    .crlf());
        });
    }

    /** The body of our own errors: {@code {"error": …, "requestId": …}}. */
    public static byte[] errorBody(String message, String requestId) {
        return JSON.writeValueAsBytes(Map.of("error", message, "requestId", requestId));
    }

    /** A side gave no answer. */
    void noAnswer(Exchange exchange, Side side, Failure failure) {
        Optional<Duration> retryAfter =
                failure.cause() == Cause.OVERLOADED ? Optional.of(Duration.ofSeconds(1)) : Optional.empty();
        error(exchange, status(failure), failure.message(), side, retryAfter);
    }

    static int status(Failure failure) {
        return switch (failure.cause()) {
            case TIMEOUT -> 504;
            case OVERLOADED, BREAKER_OPEN -> 503;
            case CONNECT, CUT, TOO_LARGE -> 502;
        };
    }

    void refused(Exchange exchange, Refused refused) {
        error(exchange, refused.status(), refused.message(), null, refused.retryAfter());
    }

    /** What the write of this idempotency key was answered, told once more. */
    void replayed(Exchange exchange, KeptKeys.Answer answer) {
        AnswerHead head = Heads.answer(answer.status(), out -> {
            answer.headers().forEach(header -> out.field(header.name(), header.value()));
            out.ascii(answer.whole() ? "Idempotent-Replayed: true\r\n" : "Idempotent-Replayed: without-body\r\n");
            if (answer.status() != 204) {
                out.ascii("Content-Length: ").decimal(answer.body().length).crlf();
            }
        });
        whole(exchange, head, edits(exchange, null, head), answer.body(), null);
    }

    void overCap(Exchange exchange, Side side) {
        error(exchange, 429, "too many requests to " + side.label(), side, Optional.of(Duration.ofSeconds(1)));
    }

    /** Too many requests of the slice are at the side. */
    void full(Exchange exchange, Side side) {
        notNow(exchange, "too many requests at once to " + side.label(), side);
    }

    /** Nothing was done, and nothing will be: it may be tried again. */
    void notNow(Exchange exchange, String message, Side side) {
        error(exchange, 503, message, side, Optional.of(Duration.ofSeconds(1)));
    }

    /** The gateway has too much to do. */
    void shed(Exchange exchange, ShedCause cause, int retryAfterSeconds) {
        error(
                exchange,
                503,
                "the gateway has too much to do (" + cause.label() + ")",
                null,
                Optional.of(Duration.ofSeconds(retryAfterSeconds)));
    }

    void empty(Exchange exchange, int status) {
        AnswerHead head = Heads.answer(status, out -> out.ascii("Content-Length: 0\r\n"));
        whole(exchange, head, edits(exchange, null, head), new byte[0], null);
    }

    void missingKey(Exchange exchange, RouteSpec route) {
        error(exchange, 400, "the entity key is missing (expected in " + route.entity() + ")", null);
    }
}
