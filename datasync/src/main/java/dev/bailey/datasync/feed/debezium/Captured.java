package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Change;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.FeedSpec.Capture;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** What one record of the engine says: the entities it changed, or a marker. Values other than keys are not looked at. */
record Captured(List<Change> changes, Optional<String> marker) {

    static final String MARKERS = "bailey";

    /** Instead of a long value that an update left alone. */
    private static final String UNTOLD = "__debezium_unavailable_value";

    private static final Captured NOTHING = new Captured(List.of(), Optional.empty());

    static Captured of(SourceRecord event, Capture spec) {
        if (!(event.value() instanceof Struct value)) {
            return NOTHING;
        }
        Struct message = struct(value, "message");
        if (message != null) {
            return MARKERS.equals(text(message, "prefix"))
                    ? new Captured(List.of(), Optional.of(content(message)))
                    : NOTHING;
        }
        Struct source = struct(value, "source");
        if (source == null) {
            return NOTHING;
        }
        String table = table(source, spec);
        String column = spec.tables().get(table);
        if (column == null) {
            return NOTHING;
        }
        Set<Optional<EntityKey>> keys = new LinkedHashSet<>();
        Struct before = struct(value, "before");
        Struct after = struct(value, "after");
        if (after != null) {
            keys.add(key(after, column, table, spec));
        }
        // A row that went from one entity to another changed both; where the log tells no old row, the key stayed.
        if (before != null && (after == null || before.get(column) != null)) {
            keys.add(key(before, column, table, spec));
        }
        if (keys.isEmpty()) {
            keys.add(Optional.empty()); // truncated: of everything
        }
        return new Captured(
                keys.stream()
                        .map(key -> new Change(key, Optional.of(table), transaction(source), at(source), by(source)))
                        .toList(),
                Optional.empty());
    }

    /** As the file names it: with its schema, unless it is written without. */
    private static String table(Struct source, Capture spec) {
        String schema = text(source, "schema");
        String table = text(source, "table");
        String whole = (schema.isEmpty() ? text(source, "db") : schema) + "." + table;
        return spec.tables().containsKey(whole) ? whole : table;
    }

    private static Optional<EntityKey> key(Struct row, String column, String table, Capture spec) {
        if (row.schema().field(column) == null || row.get(column) == null) {
            return Optional.empty();
        }
        String text = String.valueOf(row.get(column));
        if (text.equals(UNTOLD)) {
            return Optional.empty();
        }
        String pattern = spec.patterns().get(table);
        if (pattern != null) {
            Matcher form = Pattern.compile(pattern).matcher(text);
            if (!form.matches()) {
                return Optional.empty();
            }
            text = form.groupCount() > 0 && form.group(1) != null ? form.group(1) : form.group();
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(new EntityKey(text));
    }

    private static Optional<String> transaction(Struct source) {
        for (String name : List.of("txId", "gtid", "xid")) {
            String text = text(source, name);
            if (!text.isEmpty()) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> at(Struct source) {
        Field field = source.schema().field("ts_ms");
        return field != null && source.get(field) instanceof Long ms
                ? Optional.of(Instant.ofEpochMilli(ms))
                : Optional.empty();
    }

    private static Optional<String> by(Struct source) {
        String thread = text(source, "thread");
        return thread.isEmpty() ? Optional.empty() : Optional.of("connection " + thread);
    }

    private static @Nullable Struct struct(Struct of, String name) {
        return of.schema().field(name) != null && of.get(name) instanceof Struct found ? found : null;
    }

    private static String text(Struct of, String name) {
        Object value = of.schema().field(name) == null ? null : of.get(name);
        return value == null ? "" : String.valueOf(value);
    }

    private static String content(Struct message) {
        return switch (message.get("content")) {
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case java.nio.ByteBuffer buffer ->
                StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
            case null, default -> "";
        };
    }
}
