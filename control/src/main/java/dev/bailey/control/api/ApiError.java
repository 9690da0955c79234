package dev.bailey.control.api;

import java.util.List;

/** A request that cannot be answered as asked; becomes an {@link ErrorView} with the code's status. */
final class ApiError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;
    private final String remedy;
    private final transient List<GateView> gates;

    ApiError(Code code, String message, String remedy) {
        this(code, message, remedy, List.of());
    }

    ApiError(Code code, String message, String remedy, List<GateView> gates) {
        super(message, null, false, false);
        this.code = code;
        this.remedy = remedy;
        this.gates = List.copyOf(gates);
    }

    static ApiError notFound(String what) {
        return new ApiError(Code.NOT_FOUND, "there is no " + what, "list what there is and try again");
    }

    Code code() {
        return code;
    }

    ErrorView view() {
        return new ErrorView(ApiJson.label(code), String.valueOf(getMessage()), remedy, gates);
    }

    /** Every way a request can fail, with its status: the one table. */
    enum Code {
        INVALID(400),
        UNKNOWN_TOKEN(401),
        FORBIDDEN(403),
        FOREIGN_ORIGIN(403),
        NOT_FOUND(404),
        METHOD_NOT_ALLOWED(405),
        STALE_EPOCH(409),
        BUSY(409),
        ILLEGAL(409),
        ABORTED(409),
        TOO_LARGE(413),
        UNSUPPORTED_MEDIA_TYPE(415),
        GATES(422),
        TOO_MANY(429),
        FAILED(500);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
