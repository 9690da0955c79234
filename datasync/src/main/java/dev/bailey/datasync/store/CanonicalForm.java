package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.spec.KeyNames;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one form in which equal entities are equal bytes, whatever store they come from; described in
 * {@code docs/guide/canonical-form.md}.
 *
 * <ul>
 *   <li>numbers: decimals without trailing zeros, plain notation ({@code 10.10}, {@code 10.1} and {@code 1.01e1} are one)
 *   <li>members sorted by name; a null member is an absent one; an array's null stays
 *   <li>moments: ISO-8601, UTC with {@code Z}; times without a zone stay without; fractions without trailing zeros
 *   <li>binary: base64; text and booleans as they are
 * </ul>
 */
public final class CanonicalForm {

    /** Decimal exponents beyond this stay text, or a ten-byte number could ask for gigabytes of zeros. */
    private static final int MAX_SCALE = 5_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();
    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(java.util.Locale.ROOT);

    private CanonicalForm() {}

    static ObjectNode of(ObjectNode raw) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : raw.properties()) {
            if (!member.getValue().isNull() && !member.getValue().isMissingNode()) {
                sorted.put(member.getKey(), node(member.getValue()));
            }
        }
        ObjectNode canonical = NODES.objectNode();
        sorted.forEach(canonical::set);
        return canonical;
    }

    private static JsonNode node(JsonNode raw) {
        return switch (raw.getNodeType()) {
            case OBJECT -> of((ObjectNode) raw);
            case ARRAY -> {
                ArrayNode array = NODES.arrayNode(raw.size());
                raw.forEach(element -> array.add(node(element)));
                yield array;
            }
            case NUMBER -> raw.isFloat() || raw.isDouble() ? number(raw.doubleValue()) : number(raw.decimalValue());
            case BINARY, POJO, BOOLEAN, STRING, NULL, MISSING -> raw.isBinary() ? text(raw.asString()) : raw;
        };
    }

    /** A null, as an array holds it and an object does not. */
    public static JsonNode absent() {
        return NODES.nullNode();
    }

    public static JsonNode text(String value) {
        return NODES.stringNode(value);
    }

    public static JsonNode bool(boolean value) {
        return NODES.booleanNode(value);
    }

    public static JsonNode number(long value) {
        return number(BigDecimal.valueOf(value));
    }

    /** The shortest decimal that reads back as the same double; not-a-number and infinities are text. */
    public static JsonNode number(double value) {
        return Double.isFinite(value) ? number(BigDecimal.valueOf(value)) : text(Double.toString(value));
    }

    public static JsonNode number(BigDecimal value) {
        if (value.signum() == 0) {
            return DecimalNode.valueOf(BigDecimal.ZERO);
        }
        if (Math.abs((long) value.scale()) > MAX_SCALE) {
            return text(value.toString());
        }
        BigDecimal stripped = value.stripTrailingZeros();
        return DecimalNode.valueOf(stripped.scale() < 0 ? stripped.setScale(0) : stripped);
    }

    public static JsonNode binary(byte[] value) {
        return text(Base64.getEncoder().encodeToString(value));
    }

    /** A time of day in a calendar, without a zone. */
    public static JsonNode time(LocalDateTime value) {
        return text(LOCAL.format(value));
    }

    /** A moment, in UTC. */
    public static JsonNode moment(Instant value) {
        return text(LOCAL.format(OffsetDateTime.ofInstant(value, ZoneOffset.UTC)) + "Z");
    }

    /** A bit string: its digits; a single bit is truth. */
    public static JsonNode bits(String digits, int declaredLength) {
        return declaredLength == 1 ? bool(digits.equals("1")) : text(digits);
    }

    /** A canonical value as JSON. */
    public static String json(JsonNode value) {
        return MAPPER.writeValueAsString(value);
    }

    /** A time of day or a duration as text, its fraction without trailing zeros. */
    public static String withoutTrailingZeros(String time) {
        return time.indexOf('.') < 0 ? time : time.replaceFirst("\\.?0*$", "");
    }

    /** Puts a key into a document that is to hold it. */
    public static void putKey(ObjectNode body, KeyNames fields, KeyKind kind, EntityKey key) {
        List<String> parts = kind.split(key);
        for (int i = 0; i < fields.count(); i++) {
            JsonNode part =
                    kind.parts().get(i) == KeyPart.INTEGER ? number(Long.parseLong(parts.get(i))) : text(parts.get(i));
            body.set(fields.names().get(i), part);
        }
    }

    static EntityKey key(KeyNames fields, ObjectNode body) throws StoreException {
        List<String> parts = new ArrayList<>(fields.count());
        for (String field : fields.names()) {
            parts.add(part(field, body));
        }
        return KeyParts.joined(parts);
    }

    private static String part(String field, ObjectNode body) throws StoreException {
        @Nullable JsonNode value = body.get(field);
        if (value != null && value.isString() && !value.stringValue().isEmpty()) {
            return value.stringValue();
        }
        if (value != null && value.isNumber() && value.decimalValue().scale() <= 0) {
            BigInteger whole = value.decimalValue().toBigInteger();
            if (whole.bitLength() < Long.SIZE) {
                return whole.toString();
            }
        }
        throw new StoreException("key field " + field + " is "
                + (value == null
                        ? "absent"
                        : "a " + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + " that is no key")
                + " (expected a whole number of 64 bits or a text that is not empty); mend the `read` of this side");
    }

    static byte[] bytes(JsonNode canonical) {
        return MAPPER.writeValueAsBytes(canonical);
    }
}
