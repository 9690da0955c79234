package dev.bailey.control.api;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps foreign web pages out. A page of another site can point its own name at this address (DNS rebinding), but then the
 * {@code Host} header carries that name: only plain addresses, {@code localhost} and configured names are let in. A page that
 * calls across sites carries its {@code Origin}: only this server's own is let in.
 */
final class HostGuard {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Set<String> names;

    HostGuard(Set<String> names) {
        this.names = names;
    }

    /** Why the request is refused; empty when it may pass. */
    Optional<String> refusal(@Nullable String host, @Nullable String origin) {
        if (host == null || host.isEmpty()) {
            return Optional.of("the Host header is missing");
        }
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        if (!isKnown(name)) {
            return Optional.of("host \"" + name + "\" is not one of this server's names");
        }
        if (origin != null && !isOwn(origin, host)) {
            return Optional.of("the page's origin \"" + origin + "\" is not this server");
        }
        return Optional.empty();
    }

    private boolean isKnown(String name) {
        return name.equals("localhost")
                || name.startsWith("[")
                || IPV4.matcher(name).matches()
                || names.contains(name);
    }

    private static boolean isOwn(String origin, String host) {
        try {
            URI uri = URI.create(origin);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && host.equalsIgnoreCase(uri.getRawAuthority());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
