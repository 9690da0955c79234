package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.EndToEnd;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.spec.EntitySource;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers to clients: those of a side, and our own. Thread-safe. */
public final class Answers {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SIDE = "X-Bailey-Side";
    private static final String REQUEST_ID = "X-Request-Id";

    private final boolean sideHeader;

    /** @param sideHeader whether answers say which side served */
    public Answers(boolean sideHeader) {
        this.sideHeader = sideHeader;
    }

    /** A side's head for the client. {@code bodyLength} replaces the side's framing where the body was held whole. */
    HttpResponse head(
            Exchange exchange, Side side, HttpResponseStatus status, HttpHeaders from, @Nullable Integer bodyLength) {
        HttpHeaders headers = new DefaultHttpHeaders();
        EndToEnd.copy(from, headers);
        if (bodyLength != null) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, bodyLength);
        } else if (from.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        }
        headers.set(REQUEST_ID, exchange.requestId());
        headers.remove(SIDE);
        if (sideHeader) {
            headers.set(SIDE, side.label());
        }
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
    }

    /** The head of an answer whose body was turned into the clients' contract. */
    HttpResponse translatedHead(
            Exchange exchange, Side side, HttpResponseStatus status, HttpHeaders from, byte[] body) {
        HttpResponse head = head(exchange, side, status, from, body.length);
        boolean bodiless = exchange.request().method().equals(HttpMethod.HEAD)
                || status.code() == HttpResponseStatus.NO_CONTENT.code()
                || status.code() == HttpResponseStatus.NOT_MODIFIED.code();
        if (bodiless) {
            head.headers().remove(HttpHeaderNames.CONTENT_LENGTH); // the side's was of the other contract
        }
        String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
        if (body.length > 0 && status.code() < 400 && (type == null || !type.contains("json"))) {
            head.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        }
        return head;
    }

    /** A head and its whole body. */
    void whole(Exchange exchange, HttpResponse head, byte[] body) {
        exchange.answer(head);
        if (body.length > 0) {
            exchange.answerBody(Unpooled.wrappedBuffer(body));
        }
        exchange.answerEnd();
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
        byte[] body = errorBody(message, exchange.requestId());
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        headers.set(REQUEST_ID, exchange.requestId());
        retryAfter.ifPresent(after ->
                headers.set(HttpHeaderNames.RETRY_AFTER, Math.max(1, Math.ceilDiv(after.toMillis(), 1_000L))));
        if (side != null && sideHeader) {
            headers.set(SIDE, side.label());
        }
        whole(
                exchange,
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), headers),
                body);
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

    void overCap(Exchange exchange, Side side) {
        error(exchange, 429, "too many requests to " + side.label(), side, Optional.of(Duration.ofSeconds(1)));
    }

    void missingKey(Exchange exchange, RouteMatch match) {
        EntitySource source = match.route().entity();
        error(
                exchange,
                400,
                "the entity key is missing (expected in " + source.kind().name().toLowerCase(Locale.ROOT) + ":"
                        + source.name() + ")",
                null);
    }
}
