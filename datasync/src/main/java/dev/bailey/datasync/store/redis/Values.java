package dev.bailey.datasync.store.redis;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.JsonataTranslation;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.spec.DataSpec.RedisStore;
import dev.bailey.model.spec.DataSpec.RedisStore.Form;
import dev.bailey.model.spec.KeyNames;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What stands under a key as a document, and back. */
final class Values {

    /** The one field of bytes that are only passed on. */
    static final String BYTES = "value";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final KeyNames keyFields;
    private final RedisStore spec;
    private final JsonataTranslation reading;
    private final JsonataTranslation writing;

    /** @throws IllegalArgumentException when an expression is no JSONata */
    Values(String name, KeyNames keyFields, RedisStore spec) {
        this.keyFields = keyFields;
        this.spec = spec;
        this.reading = new JsonataTranslation(name + ": `read`", spec.read());
        this.writing = new JsonataTranslation(name + ": `write`", spec.write());
    }

    /** Why a document cannot stand in this database. */
    static final class Unfit extends Exception {
        Unfit(String why) {
            super(why);
        }
    }

    /** Of a string. */
    Document of(EntityKey key, byte[] value, Optional<Instant> expires) throws StoreException {
        if (spec.value() == Form.BYTES) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.put(BYTES, Base64.getEncoder().encodeToString(value));
            return document(key, body, expires);
        }
        try {
            if (JSON.readTree(value) instanceof ObjectNode body) {
                return document(key, body, expires);
            }
        } catch (JacksonException e) {
            throw new StoreException(
                    "what stands under " + HiddenKey.of(key) + " is not JSON (expected an object); correct `value`");
        }
        throw new StoreException(
                "what stands under " + HiddenKey.of(key) + " is no JSON object (expected one); correct `value`");
    }

    /** Of a hash: names and values as bytes. */
    Document of(EntityKey key, Map<?, ?> hash, Optional<Instant> expires) throws StoreException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<?, ?> field : hash.entrySet()) {
            body.put(text(key, (byte[]) field.getKey()), text(key, (byte[]) field.getValue()));
        }
        return document(key, body, expires);
    }

    private static String text(EntityKey key, byte[] bytes) throws StoreException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StoreException("a field of the hash under " + HiddenKey.of(key)
                    + " is no text in UTF-8 (expected that);" + " it cannot be carried");
        }
    }

    private Document document(EntityKey key, ObjectNode body, Optional<Instant> expires) throws StoreException {
        List<String> parts = KeyParts.of(key, keyFields.count())
                .orElseThrow(() -> new StoreException("key " + HiddenKey.of(key) + " has not the parts " + keyFields
                        + " (expected them spelled as acme/17)"));
        for (int i = 0; i < parts.size(); i++) {
            body.put(keyFields.names().get(i), parts.get(i));
        }
        spec.expires().ifPresent(field -> {
            body.remove(field);
            expires.ifPresent(moment -> body.set(field, CanonicalForm.moment(moment)));
        });
        if (!(reading.apply(body) instanceof ObjectNode read)) {
            throw new StoreException("what stands under " + HiddenKey.of(key) + " is no JSON object after `read`");
        }
        Document document = Document.of(keyFields, read);
        if (!document.key().equals(key)) {
            throw new StoreException(
                    "`read` makes of key " + HiddenKey.of(key) + " another one; leave " + keyFields + " as it is");
        }
        return document;
    }

    /** The moment it is to expire at, where documents tell it. */
    Optional<Instant> expires(Document document) throws Unfit {
        JsonNode told = spec.expires().map(document.body()::get).orElse(null);
        if (told == null || told.isNull()) {
            return Optional.empty();
        }
        try {
            Instant moment = Instant.parse(told.asString());
            if (moment.toEpochMilli() <= 0) {
                throw new Unfit("field " + spec.expires().orElseThrow() + " is " + moment
                        + ", which the database does not take (expected a moment after 1970-01-01T00:00:00Z)");
            }
            return Optional.of(moment);
        } catch (ArithmeticException e) {
            throw new Unfit("field " + spec.expires().orElseThrow()
                    + " is too far away for the database (expected a moment that milliseconds can count)");
        } catch (DateTimeException e) {
            throw new Unfit("field " + spec.expires().orElseThrow() + " is no moment in UTC (expected one, such as"
                    + " 2026-11-29T10:00:00Z)");
        }
    }

    private ObjectNode written(Document document) throws StoreException, Unfit {
        ObjectNode body = document.body().deepCopy();
        spec.expires().ifPresent(body::remove);
        if (spec.write().isEmpty()) {
            body.remove(keyFields.names());
            return body;
        }
        if (writing.apply(body) instanceof ObjectNode object) {
            return object;
        }
        throw new Unfit("it is no JSON object after `write`");
    }

    byte[] string(Document document) throws StoreException, Unfit {
        ObjectNode body = written(document);
        if (spec.value() == Form.JSON) {
            return JSON.writeValueAsBytes(body);
        }
        JsonNode value = body.get(BYTES);
        if (value == null || !value.isString() || body.size() != 1) {
            throw new Unfit("it has other fields than " + BYTES + " (expected that one, in base64)");
        }
        try {
            return Base64.getDecoder().decode(value.stringValue());
        } catch (IllegalArgumentException e) {
            throw new Unfit("field " + BYTES + " is not base64");
        }
    }

    Map<String, String> hash(Document document) throws StoreException, Unfit {
        Map<String, String> fields = new LinkedHashMap<>();
        ObjectNode body = written(document);
        body.properties()
                .forEach(field -> fields.put(
                        field.getKey(),
                        field.getValue().isString()
                                ? field.getValue().stringValue()
                                : CanonicalForm.json(field.getValue())));
        if (fields.isEmpty()) {
            throw new Unfit("it has no field beside its key, and there is no empty hash");
        }
        return fields;
    }
}
