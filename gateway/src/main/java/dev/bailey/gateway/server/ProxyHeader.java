package dev.bailey.gateway.server;

import dev.bailey.gateway.http.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer says about the client before the client's own bytes (the PROXY protocol, versions 1 and 2, as HAProxy's
 * proxy-protocol.txt has it). Immutable.
 *
 * @param source the client; null when the balancer speaks for itself or does not say
 */
public record ProxyHeader(@Nullable InetAddress source) {

    private static final int MAX_LINE = 107;
    private static final int MAX_BLOCK = 4 * 1024;
    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final byte[] PROXY = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED = 16;

    private static final int LOCAL = 0x20;
    private static final int PROXIED = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP_4 = 0x11;
    private static final int TCP_6 = 0x21;
    private static final int UNIX_STREAM = 0x31;

    /** A number of an IPv4 address that some read as octal. */
    private static final Pattern PADDED = Pattern.compile("(?:^|[:.])0[0-9]+[.]|[.]0[0-9]");

    private static final Pattern LONG_GROUP = Pattern.compile("[0-9a-fA-F]{5}");

    /** Takes the header from the buffer; null when more bytes are needed, and then none was taken. */
    public static @Nullable ProxyHeader read(ByteBuf in) throws MalformedException {
        if (!in.isReadable()) {
            return null;
        }
        boolean binary = in.getByte(in.readerIndex()) == SIGNATURE[0];
        byte[] begin = binary ? SIGNATURE : PROXY;
        int known = Math.min(begin.length, in.readableBytes());
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != begin[i]) {
                throw new MalformedException(400, "no PROXY protocol header from a network that must send one");
            }
        }
        if (known < begin.length) {
            return null;
        }
        return binary ? block(in) : line(in);
    }

    private static @Nullable ProxyHeader line(ByteBuf in) throws MalformedException {
        int from = in.readerIndex();
        int length = Math.min(MAX_LINE, in.readableBytes());
        int feed = in.indexOf(from, from + length, (byte) '\n');
        if (feed < 0) {
            if (length == MAX_LINE) {
                throw new MalformedException(400, "a PROXY protocol line is longer than " + MAX_LINE + " bytes");
            }
            return null;
        }
        String text = in.toString(from, feed + 1 - from, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r\n")) {
            throw new MalformedException(400, "a PROXY protocol line does not end with CR LF");
        }
        in.readerIndex(feed + 1);
        String[] parts = text.substring(0, text.length() - 2).split(" ", -1);
        if (parts[1].equals("UNKNOWN")) {
            return new ProxyHeader(null);
        }
        boolean four = parts[1].equals("TCP4");
        if (parts.length != 6 || !(four || parts[1].equals("TCP6")) || !isPort(parts[4]) || !isPort(parts[5])) {
            throw new MalformedException(400, "a PROXY protocol line is not PROXY TCP4|TCP6 SOURCE TARGET PORT PORT");
        }
        address(parts[3], four);
        return new ProxyHeader(address(parts[2], four));
    }

    private static boolean isPort(String text) {
        return text.matches("0|[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 0xffff;
    }

    /** As RFC 4291 has it: four numbers may end an address of any beginning. */
    private static InetAddress address(String text, boolean four) throws MalformedException {
        boolean bare = four
                ? NetUtil.isValidIpV4Address(text)
                : text.indexOf('%') < 0
                        && text.indexOf('[') < 0
                        && !LONG_GROUP.matcher(text).find();
        try {
            if (bare && !PADDED.matcher(text).find()) {
                return four ? Inet4Address.ofLiteral(text) : Inet6Address.ofLiteral(text);
            }
        } catch (IllegalArgumentException none) {
            // said below
        }
        throw new MalformedException(400, "a PROXY protocol line has an address that is none");
    }

    private static InetAddress address(byte[] bytes) throws MalformedException {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrong) {
            throw new MalformedException(400, "a PROXY protocol header has an address that is none");
        }
    }

    private static @Nullable ProxyHeader block(ByteBuf in) throws MalformedException {
        if (in.readableBytes() < FIXED) {
            return null;
        }
        int from = in.readerIndex();
        int command = in.getUnsignedByte(from + 12);
        int family = in.getUnsignedByte(from + 13);
        int length = in.getUnsignedShort(from + 14);
        if (command != LOCAL && command != PROXIED) {
            throw new MalformedException(400, "a PROXY protocol header of another version or command");
        }
        if (length > MAX_BLOCK) {
            throw new MalformedException(400, "a PROXY protocol header is longer than " + MAX_BLOCK + " bytes");
        }
        if (in.readableBytes() < FIXED + length) {
            return null;
        }
        InetAddress source = null;
        if (command == PROXIED) {
            source = switch (family) {
                case UNSPECIFIED, UNIX_STREAM -> null;
                case TCP_4 -> address(in, from + FIXED, 4, length);
                case TCP_6 -> address(in, from + FIXED, 16, length);
                default -> throw new MalformedException(400, "a PROXY protocol header for no stream of bytes");
            };
        }
        in.skipBytes(FIXED + length);
        return new ProxyHeader(source);
    }

    private static InetAddress address(ByteBuf in, int from, int size, int length) throws MalformedException {
        if (length < 2 * size + 4) {
            throw new MalformedException(400, "a PROXY protocol header is too short for its addresses");
        }
        byte[] bytes = new byte[size];
        in.getBytes(from, bytes);
        return address(bytes);
    }
}
