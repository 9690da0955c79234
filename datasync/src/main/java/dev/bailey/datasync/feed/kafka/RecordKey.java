package dev.bailey.datasync.feed.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the entity key in a record: its key as text, or what a JSON pointer finds in its value. */
final class RecordKey {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Optional<JsonPointer> pointer;

    /** @param pointer into the value; empty for the record's own key */
    RecordKey(Optional<String> pointer) {
        this.pointer = pointer.map(JsonPointer::compile);
    }

    /** Empty where the record tells none. */
    Optional<String> of(byte @Nullable [] key, byte @Nullable [] value) {
        if (pointer.isEmpty()) {
            return Optional.ofNullable(key).flatMap(RecordKey::text).filter(text -> !text.isEmpty());
        }
        if (value == null) {
            return Optional.empty();
        }
        try {
            JsonNode found = JSON.readTree(value).at(pointer.get());
            return found.isString() || found.isIntegralNumber()
                    ? Optional.of(found.asString()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    /** Empty where the bytes are no UTF-8: replaced, they would be another entity's key. */
    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
