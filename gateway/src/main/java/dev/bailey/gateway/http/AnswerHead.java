package dev.bailey.gateway.http;

/** An answer's head. Immutable. */
public final class AnswerHead extends Fields {

    /** Length of a body in chunks. */
    public static final long CHUNKED = -1;

    /** Length of a body that ends with its connection. */
    public static final long UNTIL_CLOSE = -2;

    private final int status;
    private final int fieldsFrom;
    private final long bodyLength;
    private final boolean keepAlive;

    AnswerHead(
            byte[] bytes, char[] index, long present, int status, int fieldsFrom, long bodyLength, boolean keepAlive) {
        super(bytes, index, present);
        this.status = status;
        this.fieldsFrom = fieldsFrom;
        this.bodyLength = bodyLength;
        this.keepAlive = keepAlive;
    }

    public int status() {
        return status;
    }

    /** Where the first field's line begins: behind the status line. */
    public int fieldsFrom() {
        return fieldsFrom;
    }

    /** Bytes of the body that follows, {@link #CHUNKED} or {@link #UNTIL_CLOSE}; 0 where none may follow, as to HEAD. */
    public long bodyLength() {
        return bodyLength;
    }

    /** Whether the connection can carry another request. */
    public boolean keepAlive() {
        return keepAlive;
    }

    public boolean isInformational() {
        return status < 200;
    }

    /** Whether answers of this status have no body whatever their fields say. */
    public static boolean isBodiless(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    /**
     * Bits of the known fields an answer of this status must not have (RFC 9110, 8.6): a client that believed a length would
     * take the next answer for its body.
     */
    public static long forbidden(int status) {
        return status < 200 || status == 204 ? Known.bit(Known.CONTENT_LENGTH) : 0;
    }
}
