package dev.bailey.gateway.server;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Encodes answers; to {@code HEAD} only their heads. */
final class AnswerEncoder extends HttpResponseEncoder {

    private boolean toHead;

    /** Whether the answer written next is to a {@code HEAD}. */
    void answersHead(boolean head) {
        toHead = head;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse answer) {
        return toHead || super.isContentAlwaysEmpty(answer);
    }
}
