package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.WriteIntent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A journalled request, ready to be matched and sent again. */
record StoredRequest(WriteIntent intent) implements RequestFacts {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Headers of one connection or one framing; they are made anew. */
    private static final Set<String> NOT_KEPT = Set.of(
            "connection", "keep-alive", "transfer-encoding", "content-length", "te", "trailer", "upgrade", "expect");

    /** The headers of a client worth keeping for another try. */
    static List<Header> kept(List<Header> headers) {
        return headers.stream()
                .filter(header -> !NOT_KEPT.contains(header.name().toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** The value at a JSON pointer of a document; empty when it is not there or not a scalar. */
    static Optional<String> at(byte[] document, String pointer) {
        if (document.length == 0) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(document).at(pointer);
            return node.isValueNode() && !node.isNull()
                    ? Optional.of(node.asString()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    /** The route the request belongs to now; null when its slice does not claim it any more. */
    @Nullable
    RouteMatch match(Snapshot snapshot) {
        RouteMatch match = Router.match(snapshot, this);
        return match != null && match.slice().name().equals(intent.slice()) ? match : null;
    }

    /** The request as a side wants it, with the key it was first sent with. */
    BufferedRequest toSide(Side side, RouteMatch match, Translator translator, Optional<EntityKey> key)
            throws TranslationException {
        WritesSpec writes = match.slice().writes();
        boolean keyed = writes.idempotency() == WritesSpec.Idempotency.HEADER;
        List<Header> headers = new ArrayList<>();
        for (Header header : intent.headers()) {
            if (!header.name().equalsIgnoreCase("host")
                    && !(keyed && header.name().equalsIgnoreCase(writes.idempotencyHeader()))) {
                headers.add(header);
            }
        }
        if (keyed) {
            headers.add(new Header(writes.idempotencyHeader(), intent.idempotencyKey()));
        }
        BufferedRequest request = new BufferedRequest(intent.method(), intent.target(), headers, intent.body());
        return translator.toSide(side, match, request, key);
    }

    @Override
    public String method() {
        return intent.method();
    }

    @Override
    public String path() {
        int query = intent.target().indexOf('?');
        return query < 0 ? intent.target() : intent.target().substring(0, query);
    }

    @Override
    public String query() {
        int query = intent.target().indexOf('?');
        return query < 0 ? "" : intent.target().substring(query + 1);
    }

    @Override
    public @Nullable String header(String name) {
        return intent.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse(null);
    }

    @Override
    public @Nullable String body(String pointer) {
        return at(intent.body(), pointer).orElse(null);
    }

    @Override
    public String toString() {
        return intent.method() + " " + path();
    }
}
