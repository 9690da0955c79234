package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import org.jspecify.annotations.Nullable;

/** What came of a forwarded write at its authority. */
sealed interface WriteResult {

    /** An answer held whole, in the authority's contract. */
    record Whole(AnswerHead head, byte[] body, @Nullable Trailers trailers) implements WriteResult {}

    /** An answer above the bound: its head is known, its rest waits in the attempt. */
    record TooLong(AnswerHead head, WriteAttempt rest) implements WriteResult {}

    /**
     * An answer that went to the client as it came, all but its end.
     *
     * @param body empty where it was above the bound
     */
    record Passed(AnswerHead head, byte[] body, @Nullable Trailers trailers) implements WriteResult {}

    record NoAnswer(Failure failure) implements WriteResult {}

    /** Nothing was sent: the gateway itself refuses. */
    record NotSent(int status, String message) implements WriteResult {}
}
