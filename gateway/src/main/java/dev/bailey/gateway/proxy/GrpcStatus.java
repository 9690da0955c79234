package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Fields;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.Trailers;
import org.jspecify.annotations.Nullable;

/** What gRPC says about a call behind its HTTP status, which is 200 also for failures (gRPC over HTTP/2; status codes). Pure. */
final class GrpcStatus {

    static final int NONE = -1;
    private static final int OK = 0;
    private static final String TYPE = "application/grpc";

    private GrpcStatus() {}

    enum Meaning {
        APPLIED,
        REJECTED,
        UNKNOWN
    }

    static boolean isGrpc(Fields head) {
        String type = head.first(Known.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, TYPE, 0, TYPE.length());
    }

    /** The code, from the trailers or, where nothing but a head came, from that; {@link #NONE} when there is none. */
    static int of(AnswerHead head, @Nullable Trailers trailers) {
        String code = trailers != null ? trailers.first(Known.GRPC_STATUS) : null;
        if (code == null) {
            code = head.first(Known.GRPC_STATUS);
        }
        try {
            return code == null ? NONE : Integer.parseInt(code);
        } catch (NumberFormatException wrong) {
            return NONE;
        }
    }

    /** Only codes that a service gives before it does anything prove that a write was refused. */
    static Meaning meaning(int code) {
        return switch (code) {
            case OK -> Meaning.APPLIED;
            // INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, OUT_OF_RANGE,
            // UNIMPLEMENTED, UNAUTHENTICATED
            case 3, 5, 6, 7, 9, 11, 12, 16 -> Meaning.REJECTED;
            default -> Meaning.UNKNOWN;
        };
    }

    /** Codes for which another side may have an answer: DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNKNOWN. */
    static boolean isFailure(int code) {
        return switch (code) {
            case 2, 4, 13, 14, 15 -> true;
            default -> false;
        };
    }
}
