package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import org.jspecify.annotations.Nullable;

/** What the client of a write is told, in the clients' contract. */
sealed interface WriteAnswer {

    /** @param translated whether the body is not the one that came */
    record Whole(AnswerHead head, byte[] body, @Nullable Trailers trailers, boolean translated)
            implements WriteAnswer {}

    record Streamed(AnswerHead head, WriteAttempt rest) implements WriteAnswer {}

    /** The end of an answer that the client has otherwise. */
    record End(@Nullable Trailers trailers) implements WriteAnswer {}

    record NoAnswer(Failure failure) implements WriteAnswer {}

    record Refusal(int status, String message) implements WriteAnswer {}
}
