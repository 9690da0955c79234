package dev.bailey.model.route;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The form in which a key that lets somebody in, such as a session's id, is shown: {@code sha256:} and the first 16 hexadecimal
 * digits of SHA-256 over the key in UTF-8. Whoever knows the key can tell its form, nobody can tell the key from it.
 */
public final class HiddenKey {

    private static final String BEGIN = "sha256:";
    private static final int BYTES = 8;

    private HiddenKey() {}

    public static String of(EntityKey key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(key.value().getBytes(StandardCharsets.UTF_8));
            return BEGIN + HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether a text is of this form. */
    public static boolean is(String text) {
        return text.length() == BEGIN.length() + 2 * BYTES
                && text.startsWith(BEGIN)
                && text.chars()
                        .skip(BEGIN.length())
                        .allMatch(each -> each >= '0' && each <= '9' || each >= 'a' && each <= 'f');
    }
}
