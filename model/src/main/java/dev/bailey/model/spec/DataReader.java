package dev.bailey.model.spec;

import dev.bailey.model.spec.DataSpec.HeaderValue;
import dev.bailey.model.spec.DataSpec.HttpStore;
import dev.bailey.model.spec.DataSpec.LogStore;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.StoreSpec;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.Located.Mapping;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads {@code data}: how the two stores are read as the same canonical document, and written. */
final class DataReader {

    private static final List<String> DATABASES =
            List.of("jdbc:postgresql:", "jdbc:mariadb:", "jdbc:mysql:", "jdbc:sqlite:");
    private static final Set<String> HTTP_KEYS = Set.of("get", "put", "delete", "list", "items");
    private static final StoreSpec NONE = new SqlStore("", "", "", "", Map.of(), Optional.empty());

    private final Fields data;
    private final ExpressionCheck expressions;

    DataReader(Fields data, ExpressionCheck expressions) {
        this.data = data;
        this.expressions = expressions;
    }

    DataSpec read() {
        KeyNames key =
                KeyNamesReader.fields(data, "key", "name the document's field that is the entity key, such as key: id");
        Optional<String> version = data.text("version");
        ConflictPolicy conflict = data.choice("conflict", ConflictPolicy.words(), ConflictPolicy.usual(version));
        Optional<ReplaySpec> replay =
                data.fields("replay", Shape.REPLAY).map(fields -> ReplayReader.read(fields, expressions));
        DataSpec read = new DataSpec(
                key,
                version,
                conflict,
                data.has("legacy") || replay.isEmpty() ? store("legacy", key) : new LogStore(replay.get()),
                store("modern", key),
                data.fields("backfill", Shape.BACKFILL)
                        .map(DataReader::backfill)
                        .orElse(BackfillSpec.DEFAULTS),
                data.fields("reconcile", Shape.RECONCILE)
                        .map(DataReader::reconcile)
                        .orElse(ReconcileSpec.DEFAULTS),
                replay);
        conflictAgrees(read);
        return read;
    }

    private void conflictAgrees(DataSpec read) {
        boolean byVersion = read.conflict() == ConflictPolicy.VERSION || read.conflict() == ConflictPolicy.NEWEST;
        if (byVersion && read.version().isEmpty()) {
            data.error(
                    "conflict",
                    "'conflict' is " + Fields.shown(data.placeOf("conflict")) + " but the slice has no version",
                    "name the field that grows with each write, such as version: updatedAt");
        }
        if (read.legacy() instanceof LogStore) {
            if (read.conflict() == ConflictPolicy.NEWEST) {
                data.error(
                        "conflict",
                        "conflict: newest may write to either side, and a log of events is not written",
                        "write conflict: version, or say how legacy's store is reached");
            }
            data.warning(
                    "replay",
                    "no 'legacy' beside 'replay', so nothing can be refreshed into legacy once modern owns writes",
                    "say how legacy's store is reached, or carry writes back by replicate: replay");
        }
        for (String side : List.of("legacy", "modern")) {
            StoreSpec store = side.equals("legacy") ? read.legacy() : read.modern();
            boolean noSql = !(store instanceof SqlStore);
            Optional<WriteTable> write = store instanceof SqlStore sql ? sql.write() : Optional.empty();
            if (data.has(side) && byVersion && data.has("conflict") && noSql) {
                data.error(
                        side,
                        side
                                + "'s store is not reached over SQL, and nothing else can be held against a version in one step",
                        "write conflict: authority, or reach the store over SQL");
            } else if (data.has(side) && read.conflict() == ConflictPolicy.PARK && marksMissing(noSql, write)) {
                data.error(
                        side,
                        "conflict: park needs to know what was last written to " + side + "'s store",
                        noSql
                                ? "write conflict: authority, or reach the store over SQL"
                                : "add marks: and the name of a table to its write");
            } else if (read.conflict() == ConflictPolicy.NEWEST && !noSql && write.isEmpty() && data.has(side)) {
                data.error(
                        side,
                        "conflict: newest may write to either side, and " + side + "'s store cannot be written",
                        "add write: { table: …, columns: { … } }");
            }
        }
    }

    private static boolean marksMissing(boolean noSql, Optional<WriteTable> write) {
        return noSql || write.isPresent() && write.get().marks().isEmpty();
    }

    private static BackfillSpec backfill(Fields in) {
        BackfillSpec usual = BackfillSpec.DEFAULTS;
        Optional<Duration> lag = in.has("lag")
                ? Optional.of(AmountFields.positive(in, "lag", Duration.ofSeconds(10)))
                : Optional.empty();
        Optional<String> query = in.text("lagQuery");
        if (query.isPresent() && lag.isEmpty()) {
            in.error("lagQuery", "'lagQuery' without 'lag' bounds nothing", "add lag: 10s, or delete the line");
        }
        query.filter(sql -> !sql.strip().matches("(?is)(select|with)\\b.*"))
                .ifPresent(sql -> in.error(
                        "lagQuery", "'lagQuery' is not a select (expected one)", "begin it with select or with"));
        return new BackfillSpec(
                in.count("workers", 1, BackfillSpec.MOST_WORKERS, usual.workers()),
                in.amount("rate", usual.ratePerSecond(), Amounts.RATE + ", at least 1/s", text -> {
                    Integer perSecond = Amounts.rate(text);
                    return perSecond == null || perSecond < 1 ? null : perSecond;
                }),
                chunk(in, usual.chunk()),
                lag,
                query);
    }

    private static ReconcileSpec reconcile(Fields in) {
        Duration none = Duration.ZERO;
        Duration every = in.amount("every", none, "a duration from 1m to 90d", text -> {
            Duration read = Amounts.duration(text);
            return read == null
                            || read.compareTo(ReconcileSpec.SHORTEST) < 0
                            || read.compareTo(ReconcileSpec.LONGEST) > 0
                    ? null
                    : read;
        });
        return new ReconcileSpec(every.isZero() ? Optional.empty() : Optional.of(every));
    }

    private static Duration chunk(Fields in, Duration usual) {
        return in.amount("chunk", usual, "a duration from 50ms to 10s", text -> {
            Duration read = Amounts.duration(text);
            return read == null
                            || read.compareTo(BackfillSpec.SHORTEST_CHUNK) < 0
                            || read.compareTo(BackfillSpec.LONGEST_CHUNK) > 0
                    ? null
                    : read;
        });
    }

    private StoreSpec store(String side, KeyNames key) {
        Located value = data.value(side);
        if (value == null) {
            data.missing(
                    side,
                    "say how " + side
                            + "'s store is reached: jdbc: and read:, or get:, put:, delete: and list:, or redis: and keys:");
            return NONE;
        }
        Predicate<String> has = name -> value instanceof Mapping mapping
                && mapping.entries().stream().anyMatch(entry -> entry.key().equals(name));
        if (has.test("redis") && !has.test("jdbc")) {
            return RedisReader.read(data.fields(side, Shape.REDIS_STORE).orElseThrow(), key, expressions);
        }
        boolean http = !has.test("jdbc") && HTTP_KEYS.stream().anyMatch(has);
        Fields store =
                data.fields(side, http ? Shape.HTTP_STORE : Shape.SQL_STORE).orElseThrow();
        return http ? http(store, side, key) : sql(store, side, key);
    }

    private StoreSpec sql(Fields store, String side, KeyNames key) {
        String jdbc = store.required(
                "jdbc",
                "write jdbc: jdbc:postgresql://host/database, jdbc:mariadb://host/database or jdbc:sqlite:file, or the keys of a store over HTTP, or redis:");
        if (!jdbc.equals("?") && DATABASES.stream().noneMatch(jdbc::startsWith)) {
            store.error(
                    "jdbc",
                    "'jdbc' is " + Fields.shown(store.placeOf("jdbc")) + " (expected "
                            + String.join(", ", DATABASES.subList(0, DATABASES.size() - 1)) + " or "
                            + DATABASES.getLast()
                            + ")",
                    "write jdbc: jdbc:postgresql://host/database, jdbc:mariadb://host/database or jdbc:sqlite:file");
        }
        if (store.placeOf("password") instanceof Located.Scalar password
                && store.has("password")
                && !password.secret()) {
            store.warning(
                    "password", "a password stands in the file", "write password: ${env:NAME} or ${file:path} instead");
        }
        String read = store.required("read", "write the select that gives the canonical document");
        if (!read.equals("?") && !read.strip().matches("(?is)(select|with)\\b.*")) {
            store.error("read", "'read' is not a select (expected one)", "begin it with select or with");
        }
        Map<String, String> children = store.textMap("children");
        Optional<WriteTable> write =
                store.fields("write", Shape.WRITE_TABLE).map(table -> WriteReader.read(table, key, children.keySet()));
        if (write.isEmpty() && store.node() instanceof Mapping && !store.has("write")) {
            unwritable(store, side, "write: { table: …, columns: { … } }");
        }
        return new SqlStore(
                jdbc, store.text("user").orElse(""), store.text("password").orElse(""), read, children, write);
    }

    private static void unwritable(Fields store, String side, String missing) {
        if (side.equals("modern")) {
            store.problems()
                    .error(
                            store.node(),
                            store.path(),
                            "modern's store cannot be written (backfill, refresh and repair write it)",
                            "add " + missing);
        } else {
            store.problems()
                    .warning(
                            store.node(),
                            store.path(),
                            "legacy's store cannot be written, so nothing can be refreshed into it once modern owns writes",
                            "add " + missing);
        }
    }

    private StoreSpec http(Fields store, String side, KeyNames key) {
        String get = template(store, "get", "GET", key, true);
        String list = template(store, "list", "GET", key, true);
        String put = template(store, "put", "PUT|POST|PATCH", key, false);
        String delete = template(store, "delete", "DELETE|POST", key, false);
        if (put.isEmpty() && !store.has("put")) {
            unwritable(store, side, "put: PUT /orders/{key}");
        }
        if (delete.isEmpty() && !store.has("delete") && store.has("put")) {
            store.warning(
                    "put",
                    "no 'delete', so what is gone at one side stays at the other as a divergence",
                    "add delete: DELETE /orders/{key}");
        }
        String items = store.text("items").orElse("");
        if (!items.isEmpty() && !items.startsWith("/")) {
            store.error(
                    "items",
                    "'items' is '" + Fields.shortened(items) + "' (expected a JSON pointer)",
                    "begin it with a slash");
        }
        List<HeaderValue> headers = store
                .map(
                        "headers",
                        (entry, at) -> store.text(entry.value(), at).map(value -> new HeaderValue(entry.key(), value)))
                .values()
                .stream()
                .toList();
        return new HttpStore(
                get,
                put,
                delete,
                list,
                items,
                TranslateReader.expression(store, "read", expressions),
                TranslateReader.expression(store, "write", expressions),
                headers);
    }

    /**
     * {@code GET /orders/{id}}: the key may be called by the field's own name, and is {@code {key}} from here on. One of several
     * parts is called so whole, or by all its fields.
     */
    private static String template(Fields store, String name, String methods, KeyNames key, boolean needed) {
        if (!store.has(name)) {
            if (needed) {
                store.missing(
                        name,
                        "write " + name + ": " + methods
                                + (name.equals("list") ? " /orders?after={cursor}&limit={limit}" : " /orders/{key}"));
            }
            return "";
        }
        String text = store.text(name).orElse("").strip();
        boolean isList = name.equals("list");
        String template = text.replaceFirst("\\s+", " ");
        if (key.isSingle()) {
            template = template.replace("{" + key + "}", "{key}");
        }
        Set<String> names = PathTemplate.names(template);
        boolean whole = isList || key.isSingle() || names.contains("key");
        List<String> needs = whole ? List.of(isList ? "cursor" : "key") : key.names();
        boolean known = names.stream().allMatch(each -> needs.contains(each) || isList && each.equals("limit"));
        if (!template.matches("(" + methods + ") /[!-~]*") || !names.containsAll(needs) || !known) {
            String variables = "{" + String.join("} and {", needs) + "}";
            store.error(
                    name,
                    "'" + name + "' is " + Fields.shown(store.placeOf(name)) + " (expected "
                            + methods.replace("|", " or ") + " and a path with " + variables + ")",
                    isList
                            ? "write it as GET /orders?after={cursor}&limit={limit}"
                            : "write it as " + methods.replaceAll("[|].*", "") + " /orders/"
                                    + variables.replace(" and ", "/"));
        }
        return template;
    }
}
