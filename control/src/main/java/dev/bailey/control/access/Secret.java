package dev.bailey.control.access;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** The secret of a token: {@code bly_} and 32 random bytes in URL-safe Base64. */
final class Secret {

    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("bly_[A-Za-z0-9_-]{43}");

    private Secret() {}

    static String random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return "bly_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static boolean isWellFormed(String text) {
        return FORM.matcher(text).matches();
    }
}
