package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Reads of a changed row which entities it changed. Values other than keys are not looked at. */
final class RecordReader {

    /** Instead of a long value that an update left alone. */
    private static final String UNTOLD = "__debezium_unavailable_value";

    private final Map<Name, Watched> tables = new HashMap<>();

    private record Name(String schema, String table) {}

    private record Watched(LogTable table, Optional<Pattern> pattern) {}

    /** @param patterns of the keys of tables, by the names they are declared under */
    RecordReader(Collection<LogTable> tables, Map<String, String> patterns) {
        for (LogTable table : tables) {
            this.tables.put(
                    new Name(table.schema(), table.name()),
                    new Watched(
                            table,
                            Optional.ofNullable(patterns.get(table.declared())).map(Pattern::compile)));
        }
    }

    /** What a record says that tells its source, as each does that tells of a row. */
    Captured read(Struct value) {
        Struct source = struct(value, "source");
        if (source == null) {
            return Captured.stranger("something of no table");
        }
        String schema = text(source, "schema");
        Name name = new Name(schema.isEmpty() ? text(source, "db") : schema, text(source, "table"));
        Watched watched = tables.get(name);
        if (watched == null) {
            return Captured.stranger("table " + name.schema() + "." + name.table());
        }
        Set<Optional<EntityKey>> keys = new LinkedHashSet<>();
        Struct before = struct(value, "before");
        Struct after = struct(value, "after");
        if (after != null) {
            keys.add(key(after, watched));
        }
        // A row that went from one entity to another changed both; where the log tells no old row, the key stayed.
        if (before != null && (after == null || tells(before, watched.table()))) {
            keys.add(key(before, watched));
        }
        if (keys.isEmpty()) {
            keys.add(Optional.empty()); // truncated: of everything
        }
        return Captured.changes(keys.stream()
                .map(key -> new Change(
                        key, Optional.of(watched.table().declared()), transaction(source), at(source), by(source)))
                .toList());
    }

    private static boolean tells(Struct row, LogTable table) {
        return table.key().stream().anyMatch(column -> row.schema().field(column) != null && row.get(column) != null);
    }

    private static Optional<EntityKey> key(Struct row, Watched watched) {
        List<String> parts = new ArrayList<>();
        for (String column : watched.table().key()) {
            String part = text(row, column);
            if (part.isEmpty() || part.equals(UNTOLD)) {
                return Optional.empty();
            }
            parts.add(part);
        }
        EntityKey key = KeyParts.joined(parts);
        return watched.pattern().isEmpty()
                ? Optional.of(key)
                : matched(watched.pattern().get(), key.value());
    }

    private static Optional<EntityKey> matched(Pattern pattern, String text) {
        Matcher form = pattern.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String key = form.groupCount() > 0 && form.group(1) != null ? form.group(1) : form.group();
        return key.isEmpty() ? Optional.empty() : Optional.of(new EntityKey(key));
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

    static @Nullable Struct struct(Struct of, String name) {
        return of.schema().field(name) != null && of.get(name) instanceof Struct found ? found : null;
    }

    /** Empty where there is none. */
    static String text(Struct of, String name) {
        Object value = of.schema().field(name) == null ? null : of.get(name);
        return value == null ? "" : String.valueOf(value);
    }
}
