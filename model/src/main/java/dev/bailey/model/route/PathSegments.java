package dev.bailey.model.route;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path as routing sees it: segments percent-decoded one by one, empty ones dropped, {@code .} and {@code ..} resolved.
 * Services differ in how they read {@code //}, {@code %6F} and {@code /../}; reading them all as the plain path keeps a
 * write from slipping past its slice. An encoded slash stays inside its segment. The path sent on is the client's own.
 */
final class PathSegments {

    private PathSegments() {}

    static String[] of(String path) {
        List<String> segments = new ArrayList<>(8);
        int from = 0;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            if (to > from) {
                add(segments, decoded(path.substring(from, to)));
            }
            from = to + 1;
        }
        return segments.toArray(String[]::new);
    }

    private static void add(List<String> segments, String segment) {
        switch (segment) {
            case "." -> {}
            case ".." -> {
                if (!segments.isEmpty()) {
                    segments.removeLast();
                }
            }
            default -> segments.add(segment);
        }
    }

    /** Percent-decoded; as it came where the escapes are broken or give no UTF-8. */
    static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        byte[] raw = segment.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.put(raw[i]);
                continue;
            }
            int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return segment;
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notText) {
            return segment;
        }
    }
}
