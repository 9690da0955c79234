package dev.bailey.datasync.replay;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.JsonataTranslation;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.KeyNames;
import dev.bailey.model.spec.ReplaySpec;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What an event makes of its entity, by a user's mapping. Pure; for one thread at a time. */
final class Fold {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final KeyNames key;
    private final Function<EntityKey, String> shown;
    private final JsonataTranslation.OneThread state;
    private final JsonataTranslation.OneThread document;

    /**
     * @param shown a key as it is shown to people
     * @throws IllegalArgumentException when an expression is no JSONata
     */
    Fold(KeyNames key, ReplaySpec spec, Function<EntityKey, String> shown) {
        this.key = key;
        this.shown = shown;
        this.state = mapping("`replay: state`", spec.state());
        this.document = mapping("`replay: document`", spec.document().orElse("$"));
    }

    /** An expression that gives nothing is told from one that gives null: the former is a slip, the latter is meant. */
    private static JsonataTranslation.OneThread mapping(String name, String expression) {
        return new JsonataTranslation(name, Optional.of("{\"to\": (" + expression + "\n)}")).forOneThread();
    }

    /** What became of an entity. */
    sealed interface Outcome {

        /**
         * @param state as the next event is given it
         * @param document empty where the entity is not there to others
         */
        record Stands(String state, Optional<Folded> document) implements Outcome {}

        /** It is not there any more. */
        record Gone() implements Outcome {}

        /** Nobody can tell: the event says nothing that can be used. */
        record Bad(String why) implements Outcome {}
    }

    /** A document as it is kept. */
    record Folded(String json, KeyKind kind) {}

    /** @param before the entity's state; null where there is none */
    Outcome fold(String entity, @Nullable String before, Event event) {
        if (event.value() == null) {
            return new Outcome.Gone();
        }
        try {
            ObjectNode input = NODES.objectNode();
            input.set("state", before == null ? NODES.nullNode() : JSON.readTree(before));
            input.set("event", JSON.readTree(event.value()));
            input.put("key", entity);
            ObjectNode headers = input.putObject("headers");
            event.headers().forEach(headers::put);
            input.put("time", event.time().toString());
            if (input.path("event").isMissingNode()) {
                return new Outcome.Bad("its value is empty (expected JSON)");
            }
            JsonNode next = given(state, input, "`replay: state`");
            if (next.isNull()) {
                return new Outcome.Gone();
            }
            return new Outcome.Stands(JSON.writeValueAsString(next), document(entity, next));
        } catch (JacksonException e) {
            return new Outcome.Bad("its value is not JSON");
        } catch (StoreException e) {
            return new Outcome.Bad(e.what());
        }
    }

    private static JsonNode given(JsonataTranslation.OneThread mapping, JsonNode input, String name)
            throws StoreException {
        @Nullable JsonNode given = mapping.apply(input).get("to");
        if (given == null) {
            throw new StoreException(name + " gives nothing (expected an object, or null where the entity is gone)");
        }
        if (!given.isNull() && !given.isObject()) {
            throw new StoreException(name + " gives a "
                    + given.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                    + " (expected an object, or null where the entity is gone)");
        }
        return given;
    }

    private Optional<Folded> document(String entity, JsonNode next) throws StoreException {
        JsonNode made = given(document, next, "`replay: document`");
        if (made.isNull()) {
            return Optional.empty();
        }
        Document canonical = Document.of(key, (ObjectNode) made);
        if (!canonical.key().value().equals(entity)) {
            throw new StoreException("its document's key " + key + " is " + shown.apply(canonical.key()) + " (expected "
                    + shown.apply(new EntityKey(entity)) + ", the key of the event, spelled the same)");
        }
        return Optional.of(new Folded(CanonicalForm.json(canonical.body()), canonical.keyKind()));
    }

    /** A document as it was kept. */
    Document read(String json) throws StoreException {
        return Document.of(key, (ObjectNode) JSON.readTree(json));
    }
}
