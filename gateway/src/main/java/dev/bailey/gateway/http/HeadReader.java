package dev.bailey.gateway.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads heads by RFC 9112. Of requests nothing is taken that two readers could take in two ways; of answers, line feeds on
 * their own and folded lines are put right, because services of another age send them. Used by one thread.
 */
public final class HeadReader {

    private static final int MAX_REQUEST_LINE = 8 * 1024;
    private static final int MAX_REQUEST_HEAD = 32 * 1024;
    private static final int MAX_ANSWER_HEAD = 65_000;
    static final int MAX_TRAILERS = 8 * 1024;
    private static final int MAX_METHOD = 32;
    private static final byte[] HTTP_1_ = Ascii.bytes("HTTP/1.");
    private static final byte[] CONTINUE = Ascii.bytes("100-continue");

    private final FieldReader fields = new FieldReader();
    private int consumed;

    /** How many bytes the head that was read last took. */
    public int consumed() {
        return consumed;
    }

    /** The head that begins at {@code from}; null when its end has not come. */
    public @Nullable RequestHead request(byte[] bytes, int from, int to) throws MalformedException {
        int methodTo = from;
        while (methodTo < to && Ascii.isToken(bytes[methodTo])) {
            methodTo++;
        }
        int at = methodTo + 1;
        boolean dots = false;
        int question = -1;
        while (at < to && Ascii.isTarget(bytes[at])) {
            byte b = bytes[at];
            if (b == '?' && question < 0) {
                question = at;
            } else if (b == '.' || b == '%') {
                dots = true;
            }
            at++;
        }
        int targetTo = at;
        int lineTo = at + 11; // " HTTP/1.1" CR LF
        if (lineTo > to) {
            return incomplete(bytes, from, to);
        }
        if (methodTo == from
                || bytes[methodTo] != ' '
                || targetTo == methodTo + 1
                || bytes[targetTo] != ' '
                || bytes[lineTo - 2] != '\r'
                || bytes[lineTo - 1] != '\n'
                || !startsWith(bytes, targetTo + 1, HTTP_1_)) {
            throw RequestLine.explain(bytes, from, to);
        }
        byte minor = bytes[lineTo - 3];
        if (minor != '1' && minor != '0') {
            throw RequestLine.explain(bytes, from, to);
        }
        if (methodTo - from > MAX_METHOD) {
            throw new MalformedException(400, "the method is not a token of at most " + MAX_METHOD + " characters");
        }
        if (lineTo - from > MAX_REQUEST_LINE + 2) {
            throw tooLongLine();
        }
        if (!fields.read(bytes, from, lineTo, to, MAX_REQUEST_LINE + 2)) {
            checkHead(to - from, MAX_REQUEST_HEAD);
            return null;
        }
        checkHead(fields.ended() - from, MAX_REQUEST_HEAD);
        String method = Methods.of(bytes, from, methodTo);
        if (method.equals("CONNECT")) {
            throw new MalformedException(501, "CONNECT is not offered: this is not a forward proxy");
        }
        RequestLine.checkHost(fields, bytes, from, minor == '0');
        if (bytes[methodTo + 1] != '/') {
            return otherForm(bytes, from, method, methodTo + 1, targetTo);
        }
        if (dots) {
            RequestLine.checkSegments(bytes, methodTo + 1, question < 0 ? targetTo : question);
        }
        return request(bytes, from, method, methodTo + 1, targetTo, question, minor == '0');
    }

    private RequestHead request(
            byte[] bytes, int from, String method, int targetFrom, int targetTo, int question, boolean old)
            throws MalformedException {
        long length;
        if (fields.isChunked(bytes, from)) {
            if (old) {
                throw new MalformedException(400, "Transfer-Encoding in an HTTP/1.0 request");
            }
            length = RequestHead.CHUNKED;
        } else {
            length = Math.max(0, fields.contentLength(bytes, from, false));
        }
        int said = fields.has(Known.CONNECTION) ? fields.connection(bytes, from) : 0;
        int flags = old ? RequestHead.HTTP_1_0 : 0;
        if ((said & FieldReader.CLOSE) == 0 && (!old || (said & FieldReader.KEEP) != 0)) {
            flags |= RequestHead.KEEP_ALIVE;
        }
        if (fields.has(Known.EXPECT) && expectsContinue(bytes, from) && !old) {
            flags |= RequestHead.EXPECTS_CONTINUE;
        }
        if ((said & FieldReader.UPGRADE) != 0 && !old && length == 0 && Upgrades.goOn(fields, bytes, from)) {
            flags |= RequestHead.UPGRADES;
        }
        consumed = fields.ended() - from;
        return new RequestHead(
                Arrays.copyOfRange(bytes, from, fields.ended()),
                fields.index(),
                fields.present(),
                method,
                targetFrom - from,
                targetTo - from,
                question < 0 ? -1 : question - from,
                length,
                flags);
    }

    /** The asterisk and absolute forms (RFC 9112, 3.2); both are rare. */
    private RequestHead otherForm(byte[] bytes, int from, String method, int targetFrom, int targetTo)
            throws MalformedException {
        String target = Ascii.text(bytes, targetFrom, targetTo);
        boolean old = bytes[targetTo + 8] == '0';
        if (target.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw new MalformedException(400, "the target * is for OPTIONS");
            }
            return request(bytes, from, method, targetFrom, targetTo, -1, old);
        }
        int took = fields.ended() - from;
        byte[] origin = RequestLine.originForm(bytes, from, targetTo, method, target, fields);
        RequestHead head = request(origin, 0, origin.length);
        if (head == null) {
            throw new IllegalStateException("a head that was whole is not");
        }
        consumed = took;
        return head;
    }

    private boolean expectsContinue(byte[] bytes, int base) throws MalformedException {
        int field = fields.find(Known.EXPECT, 0);
        if (!Known.isSame(CONTINUE, bytes, fields.valueFrom(base, field), fields.valueTo(base, field))) {
            throw new MalformedException(417, "an expectation other than 100-continue");
        }
        return true;
    }

    private static @Nullable RequestHead incomplete(byte[] bytes, int from, int to) throws MalformedException {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                throw RequestLine.explain(bytes, from, to);
            }
        }
        if (to - from > MAX_REQUEST_LINE + 2) {
            throw tooLongLine();
        }
        return null;
    }

    private static MalformedException tooLongLine() {
        return new MalformedException(414, "a line is longer than " + MAX_REQUEST_LINE + " bytes");
    }

    private static void checkHead(int length, int max) throws MalformedException {
        if (length > max) {
            throw new MalformedException(431, "the head is longer than " + max + " bytes");
        }
    }

    static boolean startsWith(byte[] bytes, int at, byte[] with) {
        for (int i = 0; i < with.length; i++) {
            if (bytes[at + i] != with[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The answer's head that begins at {@code from}; null when its end has not come.
     *
     * @param toHead whether it answers {@code HEAD}, so that no body follows
     */
    public @Nullable AnswerHead answer(byte[] bytes, int from, int to, boolean toHead) throws MalformedException {
        try {
            AnswerHead head = strictAnswer(bytes, from, to, toHead);
            if (head == null) {
                checkHead(to - from, MAX_ANSWER_HEAD);
            }
            return head;
        } catch (MalformedException refused) {
            Sloppy sloppy = Sloppy.read(bytes, from, to);
            if (sloppy == null) {
                throw refused;
            }
            AnswerHead head = strictAnswer(sloppy.bytes(), 0, sloppy.bytes().length, toHead);
            if (head == null) {
                if (sloppy.consumed() > 0) {
                    throw refused; // too short to have a status
                }
                checkHead(to - from, MAX_ANSWER_HEAD);
            }
            consumed = sloppy.consumed();
            return head;
        }
    }

    private @Nullable AnswerHead strictAnswer(byte[] bytes, int from, int to, boolean toHead)
            throws MalformedException {
        int at = from + 12; // "HTTP/1.1 200"
        if (at + 2 > to) {
            return null;
        }
        byte minor = bytes[from + 7];
        if (!startsWith(bytes, from, HTTP_1_) || minor < '0' || minor > '9' || bytes[from + 8] != ' ') {
            throw new MalformedException(502, "the status line is not HTTP/1.1");
        }
        int status = digit(bytes[from + 9]) * 100 + digit(bytes[from + 10]) * 10 + digit(bytes[from + 11]);
        if (status < 100 || (bytes[at] != ' ' && bytes[at] != '\r')) {
            throw new MalformedException(502, "the status is not a number of three digits");
        }
        while (at < to && Ascii.isValue(bytes[at])) {
            at++;
        }
        if (at + 2 > to) {
            return null;
        }
        if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
            throw new MalformedException(502, "the status line does not end with CR LF");
        }
        if (!fields.read(bytes, from, at + 2, to, MAX_ANSWER_HEAD)) {
            return null;
        }
        checkHead(fields.ended() - from, MAX_ANSWER_HEAD);
        boolean old = minor == '0';
        int said = fields.has(Known.CONNECTION) ? fields.connection(bytes, from) : 0;
        boolean chunked = fields.isChunked(bytes, from);
        long length = fields.contentLength(bytes, from, true);
        long body;
        if (toHead || AnswerHead.isBodiless(status)) {
            body = 0;
        } else if (chunked) {
            body = AnswerHead.CHUNKED;
        } else {
            body = length < 0 ? AnswerHead.UNTIL_CLOSE : length;
        }
        boolean keepAlive = body != AnswerHead.UNTIL_CLOSE
                && (said & FieldReader.CLOSE) == 0
                && (!old || ((said & FieldReader.KEEP) != 0 && !chunked)); // RFC 9112, 6.1
        consumed = fields.ended() - from;
        return new AnswerHead(
                Arrays.copyOfRange(bytes, from, fields.ended()),
                fields.index(),
                fields.present(),
                status,
                at + 2 - from,
                body,
                keepAlive);
    }

    private static int digit(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : -1000;
    }

    /** The trailers that begin at {@code from}, up to and with the empty line; null when its end has not come. */
    @Nullable
    Trailers trailers(byte[] bytes, int from, int to) throws MalformedException {
        if (!fields.read(bytes, from, from, to, MAX_TRAILERS)) {
            checkHead(to - from, MAX_TRAILERS);
            return null;
        }
        checkHead(fields.ended() - from, MAX_TRAILERS);
        consumed = fields.ended() - from;
        return Trailers.of(fields, bytes, from);
    }
}
