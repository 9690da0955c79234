package dev.bailey.gateway.http;

import java.util.Locale;

/** The rarer and stricter parts of reading a request: what is wrong with its line, its host, its target's forms. Pure. */
final class RequestLine {

    private RequestLine() {}

    /** Says what is wrong with a line that is not {@code METHOD TARGET HTTP/1.x}. */
    static MalformedException explain(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        if (end < to && bytes[end] == '\n') {
            return new MalformedException(400, "a line feed on its own");
        }
        if (end + 1 < to && bytes[end + 1] != '\n') {
            return new MalformedException(400, "a carriage return on its own");
        }
        String line = Ascii.text(bytes, from, end);
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || first == last || line.indexOf(' ', first + 1) != last) {
            return new MalformedException(400, "the request line is not METHOD TARGET VERSION");
        }
        String version = line.substring(last + 1);
        if (version.matches("HTTP/[0-9]\\.[0-9]") && !version.startsWith("HTTP/1.")) {
            return new MalformedException(505, "this listener speaks HTTP/1.1 and HTTP/1.0");
        }
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            return version.matches("HTTP/1\\.[0-9]")
                    ? new MalformedException(505, "this listener speaks HTTP/1.1 and HTTP/1.0")
                    : new MalformedException(400, "the protocol version is not HTTP/1.1");
        }
        if (!Ascii.isToken(bytes, from, from + first)) {
            return new MalformedException(400, "the method is not a token of at most 32 characters");
        }
        return new MalformedException(400, "the request target has a character that must be percent-encoded");
    }

    static void checkHost(FieldReader fields, byte[] bytes, int base, boolean old) throws MalformedException {
        int field = fields.find(Known.HOST, 0);
        if (field < 0) {
            if (old) {
                return;
            }
            throw new MalformedException(400, "Host is missing");
        }
        if (fields.find(Known.HOST, field + 1) >= 0) {
            throw new MalformedException(400, "more than one Host");
        }
        checkHost(bytes, fields.valueFrom(base, field), fields.valueTo(base, field));
    }

    private static final boolean[] HOST = new boolean[256];

    static {
        for (int c = 0x21; c < 0x7f; c++) {
            HOST[c] = "/?#@,\\\"<>^`{|}".indexOf(c) < 0;
        }
    }

    private static void checkHost(byte[] bytes, int from, int to) throws MalformedException {
        for (int i = from; i < to; i++) {
            if (!HOST[bytes[i] & 0xff]) {
                throw new MalformedException(400, "Host is not host[:port]");
            }
        }
    }

    /** A service that resolves dot segments would see another path than the one that was routed. */
    static void checkSegments(byte[] bytes, int from, int to) throws MalformedException {
        for (String segment : Ascii.text(bytes, from, to).split("/", -1)) {
            String plain = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
            int parameters = plain.indexOf(';');
            String name = parameters < 0 ? plain : plain.substring(0, parameters);
            if (name.equals(".") || name.equals("..")) {
                throw new MalformedException(400, "the path has dot segments (resolve them before sending)");
            }
        }
    }

    /** The same head with a path as its target; the host of an absolute target replaces the field (RFC 9112, 3.2.2). */
    static byte[] originForm(byte[] bytes, int base, int targetTo, String method, String target, FieldReader fields)
            throws MalformedException {
        if (!target.regionMatches(true, 0, "http://", 0, 7) && !target.regionMatches(true, 0, "https://", 0, 8)) {
            throw new MalformedException(400, "the request target is not a path");
        }
        int start = target.indexOf("//") + 2;
        int end = start;
        while (end < target.length() && "/?".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        byte[] authority = Ascii.bytes(target.substring(start, end));
        if (authority.length == 0) {
            throw new MalformedException(400, "the request target has no host");
        }
        checkHost(authority, 0, authority.length);
        String rest = target.substring(end);
        ByteWriter written = new ByteWriter(fields.ended() - base + 16);
        written.ascii(method).ascii(" ").ascii(path(method, rest));
        written.bytes(bytes, targetTo, targetTo + 11);
        written.ascii("Host: ").bytes(authority, 0, authority.length).crlf();
        for (int field = 0; field < fields.count(); field++) {
            int lineTo = field + 1 < fields.count() ? fields.nameFrom(base, field + 1) : fields.ended() - 2;
            if (fields.known(field) != Known.HOST) {
                written.bytes(bytes, fields.nameFrom(base, field), lineTo);
            }
        }
        return written.crlf().toArray();
    }

    private static String path(String method, String rest) {
        if (rest.isEmpty() && method.equals("OPTIONS")) {
            return "*"; // RFC 9112, 3.2.4
        }
        return rest.startsWith("/") ? rest : "/" + rest;
    }
}
