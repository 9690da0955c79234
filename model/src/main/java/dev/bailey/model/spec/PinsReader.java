package dev.bailey.model.spec;

import dev.bailey.model.spec.PinSpec.By;
import org.jspecify.annotations.Nullable;

/** Reads {@code pins} of a slice. */
final class PinsReader {

    private static final int MOST = 10_000_000;

    private PinsReader() {}

    static PinSpec read(Fields in) {
        if (!in.has("by")) {
            in.missing("by", "say what tells that requests belong together, such as by: cookie:orders-side");
        }
        Tell tell = in.amount("by", Tell.KEY, "cookie:NAME, header:NAME or key", PinsReader::tell);
        return new PinSpec(
                tell.by,
                tell.name,
                AmountFields.positive(in, "ttl", PinSpec.USUAL_TTL),
                in.count("max", 1, MOST, PinSpec.USUAL_MAX));
    }

    private static @Nullable Tell tell(String text) {
        if (text.equals("key")) {
            return Tell.KEY;
        }
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1).strip();
        if (colon < 0 || !name.matches(RouteReader.TOKEN)) {
            return null;
        }
        return switch (text.substring(0, colon)) {
            case "cookie" -> new Tell(By.COOKIE, name);
            case "header" -> new Tell(By.HEADER, name);
            default -> null;
        };
    }

    private record Tell(By by, String name) {
        static final Tell KEY = new Tell(By.KEY, "");
    }
}
