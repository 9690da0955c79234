package dev.bailey.gateway.http;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Turns header lists of HTTP/2 into heads of HTTP/1.1 form and back (RFC 9113, 8.2, 8.3 and 8.8). What comes in is written as
 * lines and read by {@link HeadReader}, so that every rule of HTTP/1.1 holds for it as well. Stateless.
 */
public final class Http2Form {

    private static final String TRAILERS = "trailers";
    private static final byte[] REQUEST_END = Ascii.bytes(" HTTP/1.1\r\n");
    private static final byte[] HOST = Ascii.bytes("host: ");
    private static final byte[] COOKIE = Ascii.bytes("cookie: ");
    private static final byte[] CHUNKED = Ascii.bytes("transfer-encoding: chunked\r\n");
    private static final byte[] ANSWER = Ascii.bytes("HTTP/1.1 ");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS_VALUE = AsciiString.cached(TRAILERS);
    private static final AsciiString GRPC = AsciiString.cached("application/grpc");

    /** What one connection says to the next hop has no place in HTTP/2; {@code Host} is told as the authority. */
    private static final long NOT_SENT = Known.HOP_BY_HOP | Known.bit(Known.HOST);

    private static final long REFUSED = Known.bit(Known.CONNECTION)
            | Known.bit(Known.PROXY_CONNECTION)
            | Known.bit(Known.KEEP_ALIVE)
            | Known.bit(Known.TRANSFER_ENCODING)
            | Known.bit(Known.UPGRADE)
            | Known.bit(Known.HTTP2_SETTINGS);

    private Http2Form() {}

    /** The pseudo fields of one header list. */
    private static final class Pseudo {
        @Nullable
        CharSequence method;

        @Nullable
        CharSequence scheme;

        @Nullable
        CharSequence authority;

        @Nullable
        CharSequence path;

        @Nullable
        CharSequence status;

        @Nullable
        CharSequence protocol;

        void take(CharSequence name, CharSequence value) throws MalformedException {
            CharSequence before;
            switch (name.toString()) {
                case ":method" -> {
                    before = method;
                    method = value;
                }
                case ":scheme" -> {
                    before = scheme;
                    scheme = value;
                }
                case ":authority" -> {
                    before = authority;
                    authority = value;
                }
                case ":path" -> {
                    before = path;
                    path = value;
                }
                case ":status" -> {
                    before = status;
                    status = value;
                }
                case ":protocol" -> {
                    before = protocol;
                    protocol = value;
                }
                default -> throw new MalformedException(400, "a pseudo field that HTTP/2 does not have");
            }
            if (before != null) {
                throw new MalformedException(400, "a pseudo field twice");
            }
        }
    }

    /**
     * A request's head.
     *
     * @param ended whether no body follows
     */
    public static RequestHead request(Http2Headers headers, boolean ended, Scratch scratch) throws MalformedException {
        Pseudo pseudo = new Pseudo();
        ByteWriter lines = scratch.added();
        boolean length = false;
        boolean cookies = false;
        CharSequence host = null;
        for (Entry<CharSequence, CharSequence> field : headers) {
            CharSequence name = field.getKey();
            CharSequence value = field.getValue();
            if (isPseudo(name)) {
                pseudo.take(name, value);
                continue;
            }
            switch (known(name)) {
                case Known.HOST -> {
                    if (host != null) {
                        throw new MalformedException(400, "more than one Host");
                    }
                    host = value;
                }
                case Known.COOKIE -> cookies = true;
                case Known.TE -> {
                    if (!AsciiString.contentEqualsIgnoreCase(value, TRAILERS)) {
                        throw new MalformedException(400, "te is not trailers");
                    }
                    line(name, value, lines);
                }
                case Known.CONTENT_LENGTH -> {
                    length = true;
                    line(name, value, lines);
                }
                default -> line(name, value, lines);
            }
        }
        if (cookies) {
            cookies(headers, lines);
        }
        ByteWriter out = scratch.out();
        requestLine(pseudo, out);
        host(pseudo.authority, host, out);
        out.bytes(lines.array(), 0, lines.length());
        if (!ended && !length) {
            out.bytes(CHUNKED);
        }
        out.crlf();
        RequestHead head = scratch.heads().request(out.array(), 0, out.length());
        if (head == null) {
            throw new IllegalStateException("a head without an end");
        }
        if (ended && head.bodyLength() > 0) {
            throw new MalformedException(400, "Content-Length without a body");
        }
        return head;
    }

    private static void requestLine(Pseudo pseudo, ByteWriter out) throws MalformedException {
        CharSequence method = pseudo.method;
        CharSequence path = pseudo.path;
        CharSequence scheme = pseudo.scheme;
        if (method == null || pseudo.status != null) {
            throw new MalformedException(400, "not the pseudo fields of a request");
        }
        if (pseudo.protocol != null || AsciiString.contentEquals(method, "CONNECT")) {
            throw new MalformedException(
                    501, "CONNECT is not offered, neither plain nor extended; open a WebSocket over HTTP/1.1");
        }
        if (path == null || scheme == null) {
            throw new MalformedException(400, "not the pseudo fields of a request");
        }
        if (!AsciiString.contentEqualsIgnoreCase(scheme, "http")
                && !AsciiString.contentEqualsIgnoreCase(scheme, "https")) {
            throw new MalformedException(400, "the scheme is neither http nor https");
        }
        int from = out.length();
        bytes(method, out);
        if (!Ascii.isToken(out.array(), from, out.length())) {
            throw new MalformedException(400, "the method is not a token of at most 32 characters");
        }
        out.ascii(" ");
        from = out.length();
        bytes(path, out);
        byte[] written = out.array();
        boolean right = out.length() > from && (written[from] == '/' || written[from] == '*');
        for (int i = from; right && i < out.length(); i++) {
            right = Ascii.isTarget(written[i]);
        }
        if (!right) {
            throw new MalformedException(400, "the request target is not a path");
        }
        out.bytes(REQUEST_END);
    }

    private static void host(@Nullable CharSequence authority, @Nullable CharSequence host, ByteWriter out)
            throws MalformedException {
        if (authority != null && host != null && !AsciiString.contentEqualsIgnoreCase(authority, host)) {
            throw new MalformedException(400, "Host is not the authority");
        }
        CharSequence named = authority == null ? host : authority;
        if (named == null) {
            throw new MalformedException(400, "neither an authority nor Host");
        }
        out.bytes(HOST);
        value(named, out);
        out.crlf();
    }

    /** RFC 9113, 8.2.3: crumbs are one field again before they leave HTTP/2. */
    private static void cookies(Http2Headers headers, ByteWriter out) throws MalformedException {
        out.bytes(COOKIE);
        boolean first = true;
        for (CharSequence crumb : headers.getAll("cookie")) {
            if (!first) {
                out.ascii("; ");
            }
            first = false;
            value(crumb, out);
        }
        out.crlf();
    }

    /**
     * An answer's head.
     *
     * @param ended whether no body follows
     * @param toHead whether it answers {@code HEAD}
     */
    public static AnswerHead answer(Http2Headers headers, boolean ended, boolean toHead, Scratch scratch)
            throws MalformedException {
        Pseudo pseudo = new Pseudo();
        ByteWriter lines = scratch.added();
        boolean length = false;
        for (Entry<CharSequence, CharSequence> field : headers) {
            CharSequence name = field.getKey();
            if (isPseudo(name)) {
                pseudo.take(name, field.getValue());
            } else {
                length |= known(name) == Known.CONTENT_LENGTH;
                line(name, field.getValue(), lines);
            }
        }
        CharSequence status = pseudo.status;
        if (status == null || pseudo.method != null || pseudo.path != null || status.length() != 3) {
            throw new MalformedException(502, "not the pseudo fields of an answer");
        }
        ByteWriter out = scratch.out();
        out.bytes(ANSWER);
        value(status, out);
        out.ascii(" ").crlf().bytes(lines.array(), 0, lines.length());
        if (!ended && !length) {
            out.bytes(CHUNKED);
        }
        out.crlf();
        AnswerHead head = scratch.heads().answer(out.array(), 0, out.length(), toHead);
        if (head != null && ended && head.bodyLength() > 0) {
            throw new MalformedException(502, "Content-Length without a body");
        }
        if (head != null && ended && head.bodyLength() < 0) {
            head = scratch.heads().answer(out.array(), 0, out.length(), true);
        }
        if (head == null) {
            throw new IllegalStateException("a head without an end");
        }
        return head;
    }

    /** Fields behind a body; null when none of them goes on. */
    public static @Nullable Trailers trailers(Http2Headers headers, Scratch scratch) throws MalformedException {
        ByteWriter out = scratch.out();
        for (Entry<CharSequence, CharSequence> field : headers) {
            if (isPseudo(field.getKey())) {
                throw new MalformedException(400, "a pseudo field among trailers");
            }
            line(field.getKey(), field.getValue(), out);
        }
        out.crlf();
        Trailers trailers = scratch.heads().trailers(out.array(), 0, out.length());
        return trailers == null || trailers.count() == 0 ? null : trailers;
    }

    private static boolean isPseudo(CharSequence name) {
        return !name.isEmpty() && name.charAt(0) == ':';
    }

    /** The number of a field's name; fields of a connection are refused (RFC 9113, 8.2.2). */
    private static int known(CharSequence name) throws MalformedException {
        int known = Known.of(name.toString());
        if (known != Known.OTHER && (REFUSED & Known.bit(known)) != 0) {
            throw new MalformedException(400, "a field of HTTP/1.1 connections");
        }
        return known;
    }

    private static void line(CharSequence name, CharSequence value, ByteWriter out) throws MalformedException {
        int from = out.length();
        bytes(name, out);
        byte[] written = out.array();
        boolean right = out.length() > from;
        for (int i = from; right && i < out.length(); i++) {
            right = Ascii.isToken(written[i]) && Ascii.lower(written[i]) == written[i];
        }
        if (!right) {
            throw new MalformedException(400, "a header field's name is not a token in small letters");
        }
        out.ascii(": ");
        value(value, out);
        out.crlf();
    }

    private static void value(CharSequence value, ByteWriter out) throws MalformedException {
        int from = out.length();
        bytes(value, out);
        byte[] written = out.array();
        int to = out.length();
        boolean right = to == from || (!isBlank(written[from]) && !isBlank(written[to - 1]));
        for (int i = from; right && i < to; i++) {
            right = Ascii.isValue(written[i]);
        }
        if (!right) {
            throw new MalformedException(400, "a header field's value has a control character or space around it");
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static void bytes(CharSequence text, ByteWriter out) {
        if (text instanceof AsciiString ascii) {
            out.bytes(ascii.array(), ascii.arrayOffset(), ascii.arrayOffset() + ascii.length());
        } else {
            out.ascii(text.toString());
        }
    }

    /**
     * An answer to send.
     *
     * @param lines whole lines in HTTP/1.1 form, without framing
     */
    public static Http2Headers toAnswer(int status, ByteWriter lines) {
        Http2Headers headers = new DefaultHttp2Headers(false, 16);
        headers.status(AsciiString.of(Integer.toString(status)));
        fields(Arrays.copyOf(lines.array(), lines.length()), 0, lines.length(), headers);
        return headers;
    }

    /**
     * A request to send.
     *
     * @param head whole, in HTTP/1.1 form
     */
    public static Http2Headers toRequest(ByteWriter head, boolean secure) {
        byte[] bytes = Arrays.copyOf(head.array(), head.length());
        int methodTo = indexOf(bytes, 0, ' ');
        int targetTo = indexOf(bytes, methodTo + 1, ' ');
        int line = indexOf(bytes, targetTo, '\n') + 1;
        Http2Headers headers = new DefaultHttp2Headers(false, 24);
        headers.method(new AsciiString(bytes, 0, methodTo, false));
        headers.path(new AsciiString(bytes, methodTo + 1, targetTo - methodTo - 1, false));
        headers.scheme(AsciiString.cached(secure ? "https" : "http"));
        fields(bytes, line, bytes.length - 2, headers);
        CharSequence type = headers.get("content-type");
        if (type != null && AsciiString.of(type).startsWith(GRPC)) {
            headers.set(TE, TRAILERS_VALUE); // services of gRPC ask for it
        }
        return headers;
    }

    public static Http2Headers toTrailers(Trailers trailers) {
        Http2Headers headers = new DefaultHttp2Headers(false, 4);
        byte[] bytes = trailers.bytes().clone();
        fields(bytes, 0, bytes.length - 2, headers);
        return headers;
    }

    /** Whole lines as fields. Names are made small in place; the array is kept. */
    private static void fields(byte[] bytes, int from, int to, Http2Headers headers) {
        int at = from;
        while (at < to) {
            int colon = at;
            while (bytes[colon] != ':') {
                bytes[colon] = Ascii.lower(bytes[colon]);
                colon++;
            }
            int valueFrom = colon + 1;
            int end = indexOf(bytes, colon, '\r');
            while (valueFrom < end && isBlank(bytes[valueFrom])) {
                valueFrom++;
            }
            int valueTo = end;
            while (valueTo > valueFrom && isBlank(bytes[valueTo - 1])) {
                valueTo--;
            }
            int known = Known.of(bytes, at, colon);
            AsciiString value = new AsciiString(bytes, valueFrom, valueTo - valueFrom, false);
            if (known == Known.HOST) {
                headers.authority(value);
            } else if (known == Known.OTHER || (NOT_SENT & Known.bit(known)) == 0) {
                headers.add(new AsciiString(bytes, at, colon - at, false), value);
            }
            at = end + 2;
        }
    }

    private static int indexOf(byte[] bytes, int from, char wanted) {
        int at = from;
        while (bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
