package dev.bailey.gateway.proxy;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.Text;
import dev.bailey.model.spec.SliceSpec;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request someone asks about, for {@link Explainer}.
 *
 * @param target path and query
 * @param headers names in any case
 * @param pins reads the pin among them; null where none is looked for
 */
public record AskedRequest(
        String method,
        String target,
        Map<String, String> headers,
        @Nullable Pins pins) implements RequestFacts {

    public AskedRequest {
        Map<String, String> lower = new LinkedHashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        headers = Map.copyOf(lower);
    }

    /** Without a pin. */
    public AskedRequest(String method, String target, Map<String, String> headers) {
        this(method, target, headers, null);
    }

    @Override
    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    @Override
    public String query() {
        int question = target.indexOf('?');
        return question < 0 ? "" : target.substring(question + 1);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable String claim(String name) {
        return JsonValues.claim(headers.get("authorization"), name);
    }

    @Override
    public @Nullable Side pin(SliceSpec slice, Text by) {
        return pins == null ? null : pins.read(slice, by);
    }
}
