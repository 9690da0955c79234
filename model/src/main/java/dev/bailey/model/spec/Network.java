package dev.bailey.model.spec;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation, of IPv4 or IPv6. Held as IPv6, where an IPv4 address stands as {@code ::ffff:0:0/96} (RFC 4291,
 * section 2.5.5.2), so that a mapped address and the IPv4 address it means are one. An IPv6 network has no IPv4 addresses in
 * it, not even {@code ::/0}.
 *
 * @param high the first 64 bits of the network's first address
 * @param low the other 64 bits
 * @param prefix bits that the network's addresses share, 0 to 128
 */
public record Network(long high, long low, int prefix) {

    private static final int MAPPED_BITS = 96;
    private static final long MAPPED = 0xffffL;
    private static final Pattern FORM = Pattern.compile("([^/]+)(?:/([0-9]{1,3}))?");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    public Network {
        if (prefix < 0 || prefix > 128) {
            throw new IllegalArgumentException("prefix " + prefix + " (expected 0 to 128)");
        }
        if ((high & ~highMask(prefix)) != 0 || (low & ~lowMask(prefix)) != 0) {
            throw new IllegalArgumentException(
                    "an address with bits beyond its prefix of " + prefix + " (expected the network's first address)");
        }
    }

    /**
     * The network that a text such as {@code 10.0.0.0/8}, {@code fd00::/8} or {@code 192.0.2.1} (one address) names; bits
     * beyond the prefix are dropped. Empty where the text names none. Names are never looked up.
     */
    public static Optional<Network> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String address = form.group(1);
        byte[] bytes = bytes(address);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        int bits = address.indexOf(':') < 0 ? 32 : 128;
        int prefix = form.group(2) == null ? bits : Integer.parseInt(form.group(2));
        int held = prefix + 128 - bits;
        if (prefix > bits || isMapped(high(bytes), low(bytes)) && held < MAPPED_BITS) {
            return Optional.empty();
        }
        return Optional.of(new Network(high(bytes) & highMask(held), low(bytes) & lowMask(held), held));
    }

    /** Whether the address that a text names, as for {@link #parse}, is the first of this network. */
    boolean begins(String text) {
        int slash = text.indexOf('/');
        byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
        return address.length > 0 && high(address) == high && low(address) == low;
    }

    /** No bytes where the text is no address. */
    private static byte[] bytes(String address) {
        if (V4.matcher(address).matches()) {
            return Inet4Address.ofLiteral(address).getAddress();
        }
        try {
            return V6.matcher(address).matches()
                    ? Inet6Address.ofLiteral(address).getAddress()
                    : new byte[0];
        } catch (IllegalArgumentException none) {
            return new byte[0];
        }
    }

    /**
     * Whether the address is in this network.
     *
     * @param address four or sixteen bytes in network order; any other number of bytes is in no network
     */
    public boolean contains(byte[] address) {
        if (address.length != 4 && address.length != 16) {
            return false;
        }
        long first = high(address);
        long second = low(address);
        return isV4() == isMapped(first, second)
                && ((first ^ high) & highMask(prefix)) == 0
                && ((second ^ low) & lowMask(prefix)) == 0;
    }

    private boolean isV4() {
        return prefix >= MAPPED_BITS && isMapped(high, low);
    }

    private static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == MAPPED;
    }

    private static long high(byte[] address) {
        return address.length == 4 ? 0 : number(address, 0, 8);
    }

    private static long low(byte[] address) {
        return address.length == 4 ? MAPPED << 32 | number(address, 0, 4) : number(address, 8, 8);
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }

    private static long highMask(int prefix) {
        return prefix == 0 ? 0 : prefix >= 64 ? -1L : -1L << (64 - prefix);
    }

    private static long lowMask(int prefix) {
        return prefix <= 64 ? 0 : -1L << (128 - prefix);
    }

    /** In CIDR notation. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(43);
        if (isV4()) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                text.append(low >>> shift & 0xff).append(shift == 0 ? '/' : '.');
            }
            return text.append(prefix - MAPPED_BITS).toString();
        }
        for (int group = 0; group < 8; group++) {
            long half = group < 4 ? high : low;
            text.append(Long.toHexString(half >>> 48 - 16 * (group % 4) & 0xffff))
                    .append(group == 7 ? '/' : ':');
        }
        return text.append(prefix).toString();
    }
}
