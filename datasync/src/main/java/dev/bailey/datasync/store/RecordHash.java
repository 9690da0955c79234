package dev.bailey.datasync.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link RowHash#LOOKUP3} of the text PostgreSQL itself makes of a record, the cheapest there. That text tells neither names
 * nor kinds of its columns, so it stands only between sides whose selects have these columns, all of them and no other.
 */
public record RecordHash(Map<String, Kind> columns) implements RowDigest {

    /** Begins what no record's text can be. */
    private static final char FOREIGN = '?';

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?");
    private static final Pattern QUOTED = Pattern.compile("(?s).*[\"\\\\(), \\t\\n\\x0b\\f\\r].*");

    /** What a column holds: values of one kind are equal when their texts in a record are. */
    public enum Kind {
        NUMBER,
        /** Text, and what the record spells as the canonical form does. */
        TEXT,
        TRUTH,
        /** Date and time without a zone. */
        TIME,
        /** Date and time in UTC. */
        MOMENT
    }

    public RecordHash {
        SortedMap<String, Kind> sorted = new TreeMap<>(columns);
        columns = Collections.unmodifiableSortedMap(sorted);
    }

    @Override
    public long of(ObjectNode canonical) {
        return RowHash.LOOKUP3.of(text(canonical));
    }

    /** As {@code cast(row(…) as text)} has it; of a document that these columns cannot give, what equals no other. */
    byte[] text(ObjectNode canonical) {
        List<String> fields = new ArrayList<>();
        int members = 0;
        for (Map.Entry<String, Kind> column : columns.entrySet()) {
            JsonNode value = canonical.get(column.getKey());
            String field = value == null ? "" : field(column.getValue(), value);
            if (field == null) {
                return foreign(canonical);
            }
            members += value == null ? 0 : 1;
            fields.add(field);
        }
        return members == canonical.size()
                ? ("(" + String.join(",", fields) + ")").getBytes(StandardCharsets.UTF_8)
                : foreign(canonical);
    }

    private static byte[] foreign(ObjectNode canonical) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.write(FOREIGN);
        out.writeBytes(RowText.of(canonical));
        return out.toByteArray();
    }

    /** Null where no column of this kind gives this value. */
    private static @Nullable String field(Kind kind, JsonNode value) {
        return switch (kind) {
            case NUMBER -> value.isNumber() ? value.decimalValue().toPlainString() : null;
            case TEXT -> value.isString() ? quoted(value.stringValue()) : null;
            case TRUTH -> value.isBoolean() ? (value.booleanValue() ? "t" : "f") : null;
            case TIME -> value.isString() ? time(value.stringValue(), "") : null;
            case MOMENT -> value.isString() ? time(value.stringValue(), "Z") : null;
        };
    }

    private static String quoted(String text) {
        return text.isEmpty() || QUOTED.matcher(text).matches()
                ? '"' + text.replace("\\", "\\\\").replace("\"", "\"\"") + '"'
                : text;
    }

    private static @Nullable String time(String canonical, String zone) {
        if (canonical.equals("infinity") || canonical.equals("-infinity")) {
            return canonical;
        }
        if (!canonical.endsWith(zone)) {
            return null;
        }
        String local = canonical.substring(0, canonical.length() - zone.length());
        return TIME.matcher(local).matches() ? '"' + local.replace('T', ' ') + '"' : null;
    }
}
