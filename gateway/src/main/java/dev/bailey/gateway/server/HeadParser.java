package dev.bailey.gateway.server;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Reads a request's head by RFC 9112, without any of the leniency the RFC allows: what two readers could take in two ways is
 * refused. Pure.
 */
final class HeadParser {

    private static final int MAX_HEADERS = 200;
    private static final int MAX_METHOD = 32;
    private static final int MAX_LENGTH_DIGITS = 18;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private HeadParser() {}

    /** @param head from the first byte of the request line up to and with the empty line; every line ends with CR LF */
    static RequestHead parse(byte[] head) throws MalformedException {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n");
        String line = text.substring(0, end);
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || first == last || line.indexOf(' ', first + 1) != last) {
            throw new MalformedException(400, "the request line is not METHOD TARGET VERSION");
        }
        HttpVersion version = version(line.substring(last + 1));
        String method = line.substring(0, first);
        if (method.length() > MAX_METHOD || !isToken(method)) {
            throw new MalformedException(400, "the method is not a token of at most " + MAX_METHOD + " characters");
        }
        HttpHeaders headers = headers(text, end + 2);
        String target = target(method, line.substring(first + 1, last), headers, version);
        DefaultHttpRequest request = new DefaultHttpRequest(version, HttpMethod.valueOf(method), target, headers);
        return new RequestHead(
                request, bodyLength(headers, version), keepAlive(headers, version), expects(headers, version));
    }

    private static HttpVersion version(String text) throws MalformedException {
        return switch (text) {
            case "HTTP/1.1" -> HttpVersion.HTTP_1_1;
            case "HTTP/1.0" -> HttpVersion.HTTP_1_0;
            default ->
                throw text.matches("HTTP/[0-9]\\.[0-9]")
                        ? new MalformedException(505, "this listener speaks HTTP/1.1 and HTTP/1.0")
                        : new MalformedException(400, "the protocol version is not HTTP/1.1");
        };
    }

    private static HttpHeaders headers(String text, int from) throws MalformedException {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        int at = from;
        while (!text.startsWith("\r\n", at)) {
            int end = text.indexOf("\r\n", at);
            if (headers.size() >= MAX_HEADERS) {
                throw new MalformedException(431, "more than " + MAX_HEADERS + " header fields");
            }
            add(headers, text.substring(at, end));
            at = end + 2;
        }
        return headers;
    }

    /** @param section lines that each end with CR LF, the empty one at the end included */
    static void checkTrailers(byte[] section) throws MalformedException {
        headers(new String(section, StandardCharsets.ISO_8859_1), 0);
    }

    private static void add(HttpHeaders headers, String line) throws MalformedException {
        int colon = line.indexOf(':');
        if (line.startsWith(" ") || line.startsWith("\t")) {
            throw new MalformedException(400, "a header field is folded over lines");
        }
        if (colon <= 0 || !isToken(line.substring(0, colon))) {
            throw new MalformedException(400, "a header field's name is not a token right before its colon");
        }
        String name = line.substring(0, colon);
        // Servers in CGI's tradition take an underscore for a dash, and would see framing that we do not.
        if (name.indexOf('_') >= 0 && isFraming(name.replace('_', '-'))) {
            throw new MalformedException(400, "a header field's name resembles one that frames the message");
        }
        String value = trimmed(line.substring(colon + 1));
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                throw new MalformedException(400, "a header field's value has a control character");
            }
        }
        headers.add(name, value);
    }

    private static boolean isFraming(String name) {
        return name.equalsIgnoreCase("Content-Length")
                || name.equalsIgnoreCase("Transfer-Encoding")
                || name.equalsIgnoreCase("Host");
    }

    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
            to--;
        }
        return value.substring(from, to);
    }

    private static String target(String method, String target, HttpHeaders headers, HttpVersion version)
            throws MalformedException {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\') {
                throw new MalformedException(400, "the request target has a character that must be percent-encoded");
            }
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            throw new MalformedException(400, "more than one Host");
        }
        if (hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_1)) {
            throw new MalformedException(400, "Host is missing");
        }
        if (!hosts.isEmpty()) {
            checkHost(hosts.getFirst());
        }
        if (method.equals("CONNECT")) {
            throw new MalformedException(501, "CONNECT is not offered: this is not a forward proxy");
        }
        if (target.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw new MalformedException(400, "the target * is for OPTIONS");
            }
            return target;
        }
        String path = target;
        if (target.regionMatches(true, 0, "http://", 0, 7) || target.regionMatches(true, 0, "https://", 0, 8)) {
            path = originForm(target, headers);
        }
        if (!path.startsWith("/")) {
            throw new MalformedException(400, "the request target is not a path");
        }
        checkSegments(path);
        return path;
    }

    /** The host of an absolute target replaces the header (RFC 9112, 3.2.2). */
    private static String originForm(String target, HttpHeaders headers) throws MalformedException {
        int start = target.indexOf("//") + 2;
        int end = start;
        while (end < target.length() && "/?".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        String authority = target.substring(start, end);
        if (authority.isEmpty()) {
            throw new MalformedException(400, "the request target has no host");
        }
        checkHost(authority);
        headers.set(HttpHeaderNames.HOST, authority);
        String rest = target.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static void checkHost(String host) throws MalformedException {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= 0x20 || c >= 0x7f || "/?#@,\\\"<>^`{|}".indexOf(c) >= 0) {
                throw new MalformedException(400, "Host is not host[:port]");
            }
        }
    }

    /** A service that resolves dot segments would see another path than the one that was routed. */
    private static void checkSegments(String path) throws MalformedException {
        int question = path.indexOf('?');
        String only = question < 0 ? path : path.substring(0, question);
        if (only.indexOf('.') < 0 && only.indexOf('%') < 0) {
            return;
        }
        for (String segment : only.split("/", -1)) {
            String plain = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
            int parameters = plain.indexOf(';');
            String name = parameters < 0 ? plain : plain.substring(0, parameters);
            if (name.equals(".") || name.equals("..")) {
                throw new MalformedException(400, "the path has dot segments (resolve them before sending)");
            }
        }
    }

    private static long bodyLength(HttpHeaders headers, HttpVersion version) throws MalformedException {
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw new MalformedException(400, "both Content-Length and Transfer-Encoding");
            }
            if (!version.equals(HttpVersion.HTTP_1_1)) {
                throw new MalformedException(400, "Transfer-Encoding in an HTTP/1.0 request");
            }
            if (encodings.size() > 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
                throw new MalformedException(400, "a Transfer-Encoding other than chunked");
            }
            return RequestHead.CHUNKED;
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        String length = lengths.getFirst();
        if (lengths.size() > 1 || !isDigits(length) || length.length() > MAX_LENGTH_DIGITS) {
            throw new MalformedException(400, "Content-Length is not one number");
        }
        return Long.parseLong(length);
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean keepAlive(HttpHeaders headers, HttpVersion version) {
        if (headers.containsValue(HttpHeaderNames.CONNECTION, "close", true)) {
            return false;
        }
        return version.equals(HttpVersion.HTTP_1_1)
                || headers.containsValue(HttpHeaderNames.CONNECTION, "keep-alive", true);
    }

    private static boolean expects(HttpHeaders headers, HttpVersion version) throws MalformedException {
        String expected = headers.get(HttpHeaderNames.EXPECT);
        if (expected == null) {
            return false;
        }
        if (!expected.equalsIgnoreCase("100-continue")) {
            throw new MalformedException(417, "an expectation other than 100-continue");
        }
        return version.equals(HttpVersion.HTTP_1_1);
    }

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
