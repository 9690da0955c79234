package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Known;
import java.util.concurrent.TimeUnit;

/** Answers that may say nothing for long without being broken: streams of events and calls of gRPC. Pure. */
final class SilentAnswers {

    /** One of these, or a tunnel, in which nothing comes for so long is cut. */
    static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final String EVENT_STREAM = "text/event-stream";
    private static final String GRPC = "application/grpc";

    private SilentAnswers() {}

    /** How long nothing may come of this answer, which is so long for others. */
    static long idleNanos(AnswerHead head, long others) {
        String type = head.bodyLength() < 0 ? head.first(Known.CONTENT_TYPE) : null;
        return type != null && (begins(type, EVENT_STREAM) || begins(type, GRPC)) ? IDLE_NANOS : others;
    }

    private static boolean begins(String type, String with) {
        return type.regionMatches(true, 0, with, 0, with.length());
    }
}
