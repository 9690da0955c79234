package dev.bailey.simulation;

import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.model.phase.Side;
import dev.bailey.model.write.Header;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service with its store: items with a text. A PUT sets the text, an ADD lengthens it, so that every write, and its place
 * among the others, can be seen afterwards. Where it honours idempotency keys it answers the same key the same way.
 */
final class Service {

    private final Side side;
    private final boolean honoursKeys;
    private final TreeMap<String, String> items = new TreeMap<>();
    private final Map<String, Answer> answered = new HashMap<>();
    private int minted;

    Service(Side side, boolean honoursKeys) {
        this.side = side;
        this.honoursKeys = honoursKeys;
    }

    /**
     * @param applied whether it changed something now
     * @param entity which one; null for a refusal
     */
    record Answer(
            int status,
            String body,
            boolean applied,
            @Nullable String entity) {
        static Answer no(int status) {
            return new Answer(status, "", false, null);
        }
    }

    Side side() {
        return side;
    }

    SortedMap<String, String> items() {
        return items;
    }

    @Nullable
    String item(String key) {
        return items.get(key);
    }

    void set(String key, @Nullable String text) {
        if (text == null) {
            items.remove(key);
        } else {
            items.put(key, text);
        }
    }

    /** @param refuses whether it finds something wrong with the request; with a key, it says so again */
    Answer serve(BufferedRequest request, boolean refuses) {
        String key = header(request, "Idempotency-Key");
        if (!honoursKeys || key == null) {
            return refuses ? Answer.no(422) : apply(request);
        }
        Answer before = answered.get(key);
        if (before != null) {
            return new Answer(before.status, before.body, false, before.entity);
        }
        Answer answer = refuses ? Answer.no(422) : apply(request);
        answered.put(key, answer);
        return answer;
    }

    private Answer apply(BufferedRequest request) {
        String[] path = request.target().substring(1).split("/");
        String body = new String(request.body(), StandardCharsets.UTF_8);
        if (path.length == 1) {
            return create(body);
        }
        String id = path[1];
        return switch (request.method()) {
            case "PUT" -> {
                items.put(id, body);
                yield new Answer(200, "", true, id);
            }
            case "DELETE" -> items.remove(id) == null ? Answer.no(404) : new Answer(204, "", true, id);
            case "POST" -> {
                if (!items.containsKey(id)) {
                    yield Answer.no(404);
                }
                items.merge(id, "+" + body, String::concat);
                yield new Answer(200, "", true, id);
            }
            default -> Answer.no(405);
        };
    }

    private Answer create(String body) {
        String id = between(body, "{\"id\":\"");
        String text = between(body, "\"text\":\"");
        if (id == null) {
            id = side.name().charAt(0) + "" + ++minted;
        } else if (items.containsKey(id)) {
            return Answer.no(409);
        }
        items.put(id, text == null ? "" : text);
        return new Answer(201, "{\"id\":\"" + id + "\"}", true, id);
    }

    private static @Nullable String between(String body, String opening) {
        int from = body.indexOf(opening);
        return from < 0 ? null : body.substring(from + opening.length(), body.indexOf('"', from + opening.length()));
    }

    static @Nullable String header(BufferedRequest request, String name) {
        for (Header header : request.headers()) {
            if (header.name().equalsIgnoreCase(name)) {
                return header.value();
            }
        }
        return null;
    }
}
