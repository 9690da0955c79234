package dev.bailey.benchmarks.fuzz;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol as its text has it, read in another way than the gateway does: what is whole by a pattern, and addresses by
 * the JDK. Pure.
 */
final class ProxyReference {

    static final int MAX_LINE = 107;
    static final int MAX_BLOCK = 16 + 4_096;

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROXY = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final String PORT = "(?:0|[1-9][0-9]{0,4})";
    private static final Pattern TCP =
            Pattern.compile("PROXY TCP([46]) ([^ ]+) ([^ ]+) (" + PORT + ") (" + PORT + ")\r\n", Pattern.DOTALL);
    private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN(?: .*)?\r\n", Pattern.DOTALL);
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IP_4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IP_6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern LONG_GROUP = Pattern.compile("[0-9a-fA-F]{5}");

    private ProxyReference() {}

    /** What the bytes begin with. */
    sealed interface Read {
        /** It may become one with more bytes. */
        record More() implements Read {}

        record Refused() implements Read {}

        /** @param source null where none is told */
        record Header(@Nullable InetAddress source, int length) implements Read {}
    }

    static Read read(byte[] bytes) {
        if (bytes.length == 0) {
            return new Read.More();
        }
        byte[] begin = bytes[0] == '\r' ? SIGNATURE : PROXY;
        int known = Math.min(begin.length, bytes.length);
        if (!Arrays.equals(begin, 0, known, bytes, 0, known)) {
            return new Read.Refused();
        }
        if (known < begin.length) {
            return new Read.More();
        }
        return bytes[0] == '\r' ? block(bytes) : line(bytes);
    }

    private static Read line(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, MAX_LINE), StandardCharsets.ISO_8859_1);
        int feed = text.indexOf('\n');
        if (feed < 0) {
            return text.length() < MAX_LINE ? new Read.More() : new Read.Refused();
        }
        String line = text.substring(0, feed + 1);
        if (UNKNOWN.matcher(line).matches()) {
            return new Read.Header(null, line.length());
        }
        Matcher tcp = TCP.matcher(line);
        if (!tcp.matches() || Integer.parseInt(tcp.group(4)) > 65_535 || Integer.parseInt(tcp.group(5)) > 65_535) {
            return new Read.Refused();
        }
        boolean four = tcp.group(1).equals("4");
        InetAddress source = address(tcp.group(2), four);
        return source == null || address(tcp.group(3), four) == null
                ? new Read.Refused()
                : new Read.Header(source, line.length());
    }

    private static @Nullable InetAddress address(String text, boolean four) {
        boolean right = four
                ? IP_4.matcher(text).matches()
                : IP_6.matcher(text).matches()
                        && !LONG_GROUP.matcher(text).find()
                        && (text.indexOf('.') < 0
                                || IP_4.matcher(text.substring(text.lastIndexOf(':') + 1))
                                        .matches());
        try {
            return right ? InetAddress.ofLiteral(text) : null;
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    private static Read block(byte[] bytes) {
        if (bytes.length < 16) {
            return new Read.More();
        }
        ByteBuffer fixed = ByteBuffer.wrap(bytes, SIGNATURE.length, 4);
        int command = fixed.get() & 0xff;
        int family = fixed.get() & 0xff;
        int length = fixed.getShort() & 0xffff;
        if ((command != 0x20 && command != 0x21) || 16 + length > MAX_BLOCK) {
            return new Read.Refused();
        }
        if (bytes.length < 16 + length) {
            return new Read.More();
        }
        if (command == 0x20 || family == 0x00 || family == 0x31) {
            return new Read.Header(null, 16 + length);
        }
        int size = family == 0x11 ? 4 : 16;
        if ((family != 0x11 && family != 0x21) || length < 2 * size + 4) {
            return new Read.Refused();
        }
        try {
            return new Read.Header(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 16, 16 + size)), 16 + length);
        } catch (UnknownHostException neverOfFourOrSixteenBytes) {
            throw new AssertionError(neverOfFourOrSixteenBytes);
        }
    }
}
