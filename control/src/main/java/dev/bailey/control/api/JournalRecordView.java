package dev.bailey.control.api;

import java.util.List;
import java.util.Optional;

/**
 * One write of the journal with what may be shown of its request and answer: never values of headers, never bodies.
 *
 * @param clientKey whether the client gave the idempotency key
 * @param headers names of the kept headers
 * @param answer of the authority, once known to be applied
 */
public record JournalRecordView(
        JournalEntryView entry, boolean clientKey, List<String> headers, Body body, Optional<Answer> answer) {

    public JournalRecordView {
        headers = List.copyOf(headers);
    }

    /**
     * What is known of a body.
     *
     * @param bytes kept
     * @param kept false when it was above the limit and streamed
     */
    public record Body(long bytes, Optional<String> contentType, boolean kept) {}

    public record Answer(int status, List<String> headers, Body body) {
        public Answer {
            headers = List.copyOf(headers);
        }
    }
}
