package dev.bailey.model.route;

import dev.bailey.model.phase.Side;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Pins as text that a client carries in a cookie or a header, signed so that it can neither choose its side nor make a pin
 * last. A token reads {@code side.epoch.until.signature}: {@code l} or {@code m}, the routing record's number, the end in seconds
 * since 1970, and the first 128 bits of HMAC-SHA256 (RFC 2104) over the slice's name and what stands before, in base64url
 * (RFC 4648). It holds for one slice only. All nodes of a migration sign with the same key.
 *
 * <p>Not thread-safe: keep one for each event loop.
 */
public final class PinTokens {

    /** The fewest bytes a signing key may have. */
    public static final int MIN_KEY_BYTES = 16;

    private static final byte[] PURPOSE = "bailey pin\0".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNED_BYTES = 16;
    private static final int SIGNATURE = (SIGNED_BYTES * 8 + 5) / 6;
    private static final int MAX_DIGITS = 18; // of a number that no long can overflow
    private static final int MAX_PAYLOAD = "m.".length() + MAX_DIGITS + 1 + MAX_DIGITS;

    private final Mac mac;

    /** @throws IllegalArgumentException where the key is shorter than {@link #MIN_KEY_BYTES} */
    public PinTokens(byte[] key) {
        if (key.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "signing key of " + key.length + " bytes (expected >= " + MIN_KEY_BYTES + ")");
        }
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256, which every Java must have", e);
        }
    }

    /** The token of a pin. */
    public String token(SliceName slice, Pin pin) {
        String payload = (pin.side() == Side.LEGACY ? "l." : "m.") + pin.began() + "."
                + pin.until().getEpochSecond();
        byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "pin " + pin + " (expected numbers of at most " + MAX_DIGITS + " digits)");
        }
        return payload + "." + new String(signature(slice, bytes, 0, bytes.length), StandardCharsets.US_ASCII);
    }

    /** The pin a token stands for; null when it is not ours, not this slice's, or has ended. */
    public @Nullable Pin pin(SliceName slice, Text token, Instant now) {
        byte[] bytes = token.array();
        int from = token.from();
        int dot = token.to() - SIGNATURE - 1;
        if (dot <= from || dot - from > MAX_PAYLOAD || bytes[dot] != '.') {
            return null;
        }
        byte[] right = signature(slice, bytes, from, dot);
        if (!MessageDigest.isEqual(right, Arrays.copyOfRange(bytes, dot + 1, token.to()))) {
            return null;
        }
        String[] parts = new String(bytes, from, dot - from, StandardCharsets.US_ASCII).split("\\.");
        Pin pin = new Pin(
                parts[0].equals("l") ? Side.LEGACY : Side.MODERN,
                new Epoch(Long.parseLong(parts[1])),
                Instant.ofEpochSecond(Long.parseLong(parts[2])));
        return pin.holdsAt(now) ? pin : null;
    }

    private byte[] signature(SliceName slice, byte[] payload, int from, int to) {
        mac.update(PURPOSE);
        mac.update(slice.value().getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
        mac.update(payload, from, to - from);
        return Base64.getUrlEncoder().withoutPadding().encode(Arrays.copyOf(mac.doFinal(), SIGNED_BYTES));
    }
}
