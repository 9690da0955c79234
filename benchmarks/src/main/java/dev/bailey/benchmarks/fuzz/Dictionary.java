package dev.bailey.benchmarks.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The words of HTTP/1.1, and those that have been used to confuse its readers. Pure. */
final class Dictionary {

    private static final String[] NAMES = {
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Host",
        "Content_Length",
        "Transfer_Encoding",
        "Transfer-Encoding ",
        " Transfer-Encoding",
        "\tContent-Length",
        "Content-Length\u000b",
        "X-A",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Keep-Alive",
        "Proxy-Connection",
        "HTTP2-Settings",
        "content-length",
        "TRANSFER-ENCODING",
        "Transfer-Encoding\0",
        "\u00ffContent-Length",
        "Content-Length:",
        "X-Forwarded-For",
        "Content-Encoding",
        "X-Request-Id",
        "Date",
        "Set-Cookie",
        "",
        ":",
        "Content-Length\r",
        "Content Length",
        "Transfer-Encodin\u00e7"
    };

    private static final String[] VALUES = {
        " chunked",
        " 5",
        " 0",
        " 3",
        " 5, 5",
        " +5",
        " -1",
        " 0x5",
        " 05",
        " 5;",
        " 5 5",
        " 00000000000000000005",
        " 999999999999999999",
        " 9223372036854775808",
        " 18446744073709551621",
        " chunked, identity",
        " identity",
        " gzip, chunked",
        " chunked\u000b",
        " \u000bchunked",
        " xchunked",
        " chunked;q=1",
        " chun\0ked",
        " \"chunked\"",
        " Chunked\t",
        "\tchunked",
        " close",
        " keep-alive",
        " upgrade",
        " Upgrade, Content-Length",
        " Transfer-Encoding",
        " Host, close",
        " X-A, Content-Length",
        " websocket",
        " h2c",
        " 100-continue",
        " 100-Continue, x",
        " a\r\n b",
        " a\r\n\tb",
        " a\rb",
        " a\nb",
        " ,,",
        "",
        " ",
        " trailers",
        " a, b",
        " h",
        " h:80",
        " h@x",
        " h/x",
        " \u00e4"
    };

    private static final String[] TOKENS = {
        "0\r\n\r\n",
        "5\r\nhello\r\n",
        "3\r\nabc\r\n",
        "0\r\nX-T: 1\r\n\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "\r\n\r\n",
        "\n\n",
        "\r\n \r\n",
        "\r\n\t",
        "ffffffffffffffff\r\n",
        "7fffffffffffffff\r\n",
        "0x5\r\n",
        "5;a=b\r\n",
        "5 ;a\r\n",
        "5;a=\"\r\n\"\r\n",
        "5;\n",
        "-1\r\n",
        "+5\r\n",
        "00005\r\n",
        "5\n",
        "5\r",
        " HTTP/1.1",
        " HTTP/1.0",
        " HTTP/2.0",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "http://other/",
        "*",
        "/../",
        "/%2e%2E/",
        "/..;/",
        "//",
        "?a=b?",
        "#",
        "%00",
        "OPTIONS",
        "HEAD",
        "CONNECT",
        "TRACE",
        "PRI * HTTP/2.0\r\n\r\n",
        "PROXY TCP4 192.0.2.7 203.0.113.1 56324 443\r\n",
        "PROXY TCP6 2001:db8::7 ::1 56324 443\r\n",
        "PROXY UNKNOWN\r\n",
        "::ffff:192.0.2.7",
        "%eth0",
        "65535",
        " 0 0\r\n",
        "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c",
        "\r\n\r\n\0\r\nQUIT\n!!\0$",
        "\r\n\r\n\0\r\nQUIT\n \0\0\0",
        "/shop/orders/17",
        "/shop/orders/%31%37",
        "/%61",
        "/b",
        "/c/1/2"
    };

    private static final String[] LINE_ENDS = {
        "\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", "", "\u000b\r\n", " \r\n", "\0\r\n", "\r\n "
    };

    private static final String[] NUMBERS = {
        "0",
        "1",
        "2",
        "3",
        "5",
        "10",
        "16",
        "100",
        "101",
        "103",
        "199",
        "200",
        "204",
        "304",
        "099",
        "999",
        "1000",
        "255",
        "256",
        "65535",
        "65536",
        "2147483647",
        "2147483648",
        "4294967296",
        "999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "00",
        "05"
    };

    /** Lengths near the bounds of lines, heads and the reader's own steps. */
    private static final int[] LENGTHS = {64, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_000, 67_584};

    private Dictionary() {}

    static byte[] line(Random random) {
        return bytes(any(NAMES, random) + ":" + any(VALUES, random)
                + (random.nextInt(12) == 0 ? any(LINE_ENDS, random) : "\r\n"));
    }

    static byte[] name(Random random) {
        return bytes(any(NAMES, random));
    }

    static byte[] value(Random random) {
        return bytes(any(VALUES, random));
    }

    static byte[] token(Random random) {
        return bytes(any(TOKENS, random));
    }

    static byte[] lineEnd(Random random) {
        return bytes(any(LINE_ENDS, random));
    }

    static byte[] number(Random random) {
        return bytes(any(NUMBERS, random));
    }

    static int length(Random random) {
        return Math.max(1, LENGTHS[random.nextInt(LENGTHS.length)] + random.nextInt(65) - 48);
    }

    private static String any(String[] words, Random random) {
        return words[random.nextInt(words.length)];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
