package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.AnswerListener.Failure;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/** What came of a forwarded write at its authority. */
sealed interface WriteResult {

    /** An answer held whole, in the authority's contract. */
    record Whole(HttpResponseStatus status, HttpHeaders headers, byte[] body) implements WriteResult {}

    /** An answer above the bound: its head is known, its rest waits in the attempt. */
    record TooLong(HttpResponseStatus status, HttpHeaders headers, WriteAttempt rest) implements WriteResult {}

    record NoAnswer(Failure failure) implements WriteResult {}

    /** Nothing was sent: the gateway itself refuses. */
    record NotSent(int status, String message) implements WriteResult {}
}
