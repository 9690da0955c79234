package dev.bailey.gateway.http;

/**
 * A request's head, strictly read: origin-form target, exactly one {@code Host} in HTTP/1.1, one way of framing. A request of
 * HTTP/2 is held in the same form. Immutable.
 */
public final class RequestHead extends Fields {

    /** Length of a body that says its end itself. */
    public static final long CHUNKED = -1;

    private final String method;
    private final int targetFrom;
    private final int targetTo;
    private final int question;
    private final long bodyLength;
    private final int flags;

    static final int HTTP_1_0 = 1;
    static final int KEEP_ALIVE = 2;
    static final int EXPECTS_CONTINUE = 4;
    static final int UPGRADES = 8;

    RequestHead(
            byte[] bytes,
            char[] index,
            long present,
            String method,
            int targetFrom,
            int targetTo,
            int question,
            long bodyLength,
            int flags) {
        super(bytes, index, present);
        this.method = method;
        this.targetFrom = targetFrom;
        this.targetTo = targetTo;
        this.question = question;
        this.bodyLength = bodyLength;
        this.flags = flags;
    }

    /** As it came; one object for each of the usual methods. */
    public String method() {
        return method;
    }

    public boolean isMethod(String name) {
        return method.equals(name);
    }

    /** Methods that change nothing by definition (RFC 9110, 9.2.1). */
    public boolean isSafe() {
        return Methods.isSafe(method);
    }

    public int targetFrom() {
        return targetFrom;
    }

    public int targetTo() {
        return targetTo;
    }

    /** Where the path ends: at the question mark or at the target's end. */
    public int pathTo() {
        return question < 0 ? targetTo : question;
    }

    public String target() {
        return Ascii.text(bytes(), targetFrom, targetTo);
    }

    public String path() {
        return Ascii.text(bytes(), targetFrom, pathTo());
    }

    /** Without the question mark; empty when there is none. */
    public String query() {
        return question < 0 ? "" : Ascii.text(bytes(), question + 1, targetTo);
    }

    /** Bytes of the body; {@link #CHUNKED} when it says so itself. */
    public long bodyLength() {
        return bodyLength;
    }

    public boolean hasBody() {
        return bodyLength != 0;
    }

    public boolean isHttp10() {
        return (flags & HTTP_1_0) != 0;
    }

    /** Whether the client wants to go on with the connection. */
    public boolean keepAlive() {
        return (flags & KEEP_ALIVE) != 0;
    }

    /** Whether the client waits for {@code 100 Continue} before it sends the body. */
    public boolean expectsContinue() {
        return (flags & EXPECTS_CONTINUE) != 0;
    }

    /** Whether the client asks for another protocol on this connection ({@code Upgrade}, RFC 9110, 7.8). */
    public boolean upgrades() {
        return (flags & UPGRADES) != 0;
    }
}
