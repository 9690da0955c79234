package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.AnswerListener.Failure;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/** What the client of a write is told, in the clients' contract. */
sealed interface WriteAnswer {

    /** @param translated whether the body is not the one that came */
    record Whole(HttpResponseStatus status, HttpHeaders headers, byte[] body, boolean translated)
            implements WriteAnswer {}

    record Streamed(HttpResponseStatus status, HttpHeaders headers, WriteAttempt rest) implements WriteAnswer {}

    record NoAnswer(Failure failure) implements WriteAnswer {}

    record Refusal(int status, String message) implements WriteAnswer {}
}
