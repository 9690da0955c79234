package dev.bailey.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What gRPC says about a call behind its HTTP status, which is 200 also for failures (gRPC over HTTP/2; status codes). Pure. */
public final class GrpcStatus {

    public static final int NONE = -1;
    private static final int OK = 0;
    private static final String TYPE = "application/grpc";

    private GrpcStatus() {}

    /** What a code says about a write. */
    public enum Meaning {
        APPLIED,
        REJECTED,
        UNKNOWN
    }

    /** Whether a request or an answer is one of gRPC, by its content type. */
    public static boolean isGrpc(Fields head) {
        String type = head.first(Known.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, TYPE, 0, TYPE.length());
    }

    /** The code, from the trailers or, where nothing but a head came, from that; {@link #NONE} when there is none. */
    public static int of(AnswerHead head, @Nullable Trailers trailers) {
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
    public static Meaning meaning(int code) {
        return switch (code) {
            case OK -> Meaning.APPLIED;
            // INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, OUT_OF_RANGE,
            // UNIMPLEMENTED, UNAUTHENTICATED
            case 3, 5, 6, 7, 9, 11, 12, 16 -> Meaning.REJECTED;
            default -> Meaning.UNKNOWN;
        };
    }

    /** Codes for which another side may have an answer: DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNKNOWN. */
    public static boolean isFailure(int code) {
        return switch (code) {
            case 2, 4, 13, 14, 15 -> true;
            default -> false;
        };
    }

    /** Whether an answer is a failure for which another side may have an answer. */
    public static boolean isFailure(AnswerHead head, @Nullable Trailers trailers) {
        return (head.has(Known.GRPC_STATUS) || (trailers != null && trailers.has(Known.GRPC_STATUS)))
                && isFailure(of(head, trailers));
    }

    /** The HTTP status that says the same as a code (google.rpc.Code). */
    public static int toHttp(int code) {
        return switch (code) {
            case OK -> 200;
            case 1 -> 499;
            case 3, 9, 11 -> 400;
            case 4 -> 504;
            case 5 -> 404;
            case 6, 10 -> 409;
            case 7 -> 403;
            case 8 -> 429;
            case 12 -> 501;
            case 14 -> 503;
            case 16 -> 401;
            default -> 500;
        };
    }

    /** The code for an answer of the gateway's own that has this status. */
    public static int ofHttp(int status) {
        return switch (status) {
            case 400, 422 -> 3;
            case 401 -> 16;
            case 403 -> 7;
            case 404, 405, 410, 501 -> 12;
            case 408, 504 -> 4;
            case 409 -> 10;
            case 413, 429, 431 -> 8;
            case 502, 503 -> 14;
            default -> 13;
        };
    }

    /** Text as the value of {@code grpc-message}: percent-encoded UTF-8. */
    public static String message(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0x20 && b < 0x7f && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
