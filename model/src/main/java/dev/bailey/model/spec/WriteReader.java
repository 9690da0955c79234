package dev.bailey.model.spec;

import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.Located.Mapping;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code write}: the tables a document's fields go to. */
final class WriteReader {

    private static final String EXAMPLE = "purchase or shop.purchase";
    private static final String TABLE = "a name such as " + EXAMPLE;
    private static final String NAME = KeyNamesReader.NAME;
    private static final String UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

    private WriteReader() {}

    static WriteTable read(Fields write, KeyNames key, Set<String> readChildren) {
        Map<String, String> columns = columns(write);
        key.names().stream()
                .filter(field ->
                        write.has("columns") && !columns.containsKey(field) && !key.equals(KeyNamesReader.NONE))
                .forEach(field -> write.error(
                        "columns",
                        "key field '" + field + "' is not among the columns (expected it, "
                                + (key.isSingle() ? "as the table's primary key)" : "in the table's primary key)"),
                        "add " + field + ": and the name of its column"));
        Map<String, ChildTable> children = write.map("children", (entry, at) -> {
            Fields child = Fields.of(entry.value(), at, Shape.CHILD_TABLE, write.problems());
            if (!readChildren.contains(entry.key())) {
                write.problems()
                        .error(
                                entry,
                                at,
                                "children '" + Fields.shortened(entry.key()) + "' are written but never read",
                                "add a select of that name to the store's own children");
            }
            String table = name(child, "table");
            KeyNames parent = KeyNamesReader.columns(child, "parent", EXAMPLE, key);
            Map<String, String> fields = columns(child);
            return Optional.of(new ChildTable(
                    table, parent, fields, values(child), ids(child, fields.keySet()), elementKey(child, fields)));
        });
        Map<String, PartTable> parts = write.map(
                "parts",
                (entry, at) -> Optional.of(part(
                        entry.key(), Fields.of(entry.value(), at, Shape.PART_TABLE, write.problems()), columns, key)));
        Set<String> everywhere = new HashSet<>(columns.keySet());
        parts.values().forEach(part -> everywhere.addAll(part.columns().keySet()));
        Optional<String> marks = write.has("marks") ? Optional.of(name(write, "marks")) : Optional.empty();
        return new WriteTable(
                name(write, "table"), columns, values(write), ids(write, everywhere), parts, children, marks);
    }

    private static PartTable part(String table, Fields part, Map<String, String> first, KeyNames key) {
        if (!table.matches(NAME)) {
            part.problems()
                    .error(
                            part.node(),
                            part.path(),
                            "part '" + Fields.shortened(table) + "' is no name of a table (expected " + TABLE + ")",
                            "write the plain name");
        }
        Map<String, String> columns = columns(part);
        columns.keySet().stream()
                .filter(first::containsKey)
                .sorted()
                .forEach(field -> part.error(
                        "columns",
                        "field '" + Fields.shortened(field) + "' is among the columns of two tables (expected one)",
                        "delete it from one of them"));
        return new PartTable(
                KeyNamesReader.columns(part, "key", EXAMPLE, key), columns, values(part), part.truth("before", false));
    }

    private static List<String> elementKey(Fields child, Map<String, String> columns) {
        List<String> key = child.texts("key");
        key.stream()
                .filter(field -> !columns.containsKey(field))
                .forEach(field -> child.error(
                        "key",
                        "'key' has '" + Fields.shortened(field) + "', which is not among the columns",
                        Nearest.of(field, columns.keySet())
                                .map(near -> "did you mean '" + near + "'?")
                                .orElse("add the field to columns, or leave it out")));
        return key;
    }

    private static Map<String, IdTable> ids(Fields table, Set<String> fields) {
        return table.map("ids", (entry, at) -> {
            Fields ids = Fields.of(entry.value(), at, Shape.ID_TABLE, table.problems());
            if (!fields.contains(entry.key())) {
                table.problems()
                        .error(
                                entry,
                                at,
                                "ids of '" + Fields.shortened(entry.key()) + "', which is not among the columns",
                                Nearest.of(entry.key(), fields)
                                        .map(near -> "did you mean '" + near + "'?")
                                        .orElse("add the field to columns, or delete the line"));
            }
            return Optional.of(new IdTable(name(ids, "table"), name(ids, "key"), name(ids, "own"), mint(ids)));
        });
    }

    private static Optional<String> mint(Fields ids) {
        Optional<String> mint = ids.text("mint").map(String::strip);
        if (mint.isPresent() && mint.get().startsWith("uuid5") && !mint.get().matches("uuid5:" + UUID)) {
            ids.error(
                    "mint",
                    "'mint' is " + Fields.shown(ids.placeOf("mint"))
                            + " (expected uuid5: and the UUID of its namespace)",
                    "write it as uuid5:6ba7b812-9dad-11d1-80b4-00c04fd430c8, with a UUID of your own");
        }
        return mint;
    }

    private static String name(Fields fields, String key) {
        String name = fields.required(key, "write " + key + ": and " + TABLE);
        if (!name.equals("?") && !name.matches(NAME)) {
            fields.error(
                    key,
                    "'" + key + "' is '" + Fields.shortened(name) + "' (expected " + TABLE + ")",
                    "write the plain name");
        }
        return name;
    }

    private static Map<String, String> columns(Fields table) {
        if (!table.has("columns")) {
            table.missing("columns", "name the column of each field, such as columns: { id: order_id }");
        }
        Map<String, String> columns = table.textMap("columns");
        if (table.placeOf("columns") instanceof Mapping mapping
                && table.has("columns")
                && mapping.entries().isEmpty()) {
            table.error(
                    "columns",
                    "'columns' is empty",
                    "name the column of each field, such as columns: { id: order_id }");
        }
        return columns;
    }

    private static Map<String, String> values(Fields table) {
        Map<String, String> columns = table.textMap("columns");
        return table.map(
                "values",
                (entry, at) -> table.text(entry.value(), at).filter(expression -> {
                    if (!columns.containsKey(entry.key())) {
                        table.problems()
                                .error(
                                        entry,
                                        at,
                                        "value of '" + Fields.shortened(entry.key())
                                                + "', which is not among the columns",
                                        Nearest.of(entry.key(), columns.keySet())
                                                .map(near -> "did you mean '" + near + "'?")
                                                .orElse("add the field to columns, or delete the line"));
                    } else if (expression.indexOf('?') < 0) {
                        table.problems()
                                .error(
                                        entry.value(),
                                        at,
                                        "value '" + Fields.shortened(expression)
                                                + "' has no ? (expected one for the field's value)",
                                        "write it as ? * 100");
                    }
                    return true;
                }));
    }
}
