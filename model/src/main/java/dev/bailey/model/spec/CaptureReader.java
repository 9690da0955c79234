package dev.bailey.model.spec;

import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.Located.Entry;
import dev.bailey.model.spec.Located.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code capture}: which tables of a database's log tell of the slice's entities. */
final class CaptureReader {

    private static final String NAME = "([A-Za-z_][A-Za-z0-9_$]*|\"[^\",.]+\")";

    private final Fields from;
    private final KeyNames key;

    /** @param key of the slice's documents; {@link KeyNamesReader#NONE} where it has none or none could be read */
    CaptureReader(Fields from, KeyNames key) {
        this.from = from;
        this.key = key;
    }

    Capture read(Login login) {
        if (!from.has("tables")) {
            from.missing(
                    "tables", "name each table and its column with the entity key, such as tables: { orders: id }");
        }
        Map<String, KeyNames> tables = from.map("tables", this::table);
        Map<String, String> patterns = from.map(
                "patterns",
                (entry, at) -> from.text(entry.value(), at).filter(pattern -> isPattern(entry, at, pattern, tables)));
        Optional<String> slot = from.text("slot");
        if (slot.isPresent() && !slot.get().matches("[a-z0-9_]{1,63}")) {
            from.error(
                    "slot",
                    "'slot' is '" + Fields.shortened(slot.get())
                            + "' (expected small letters, digits and _, at most 63)",
                    "write it like slot: bailey_orders");
        }
        return new Capture(login, tables, patterns, slot);
    }

    private Optional<KeyNames> table(Entry entry, String at) {
        if (!entry.key().matches(NAME + "([.]" + NAME + ")?")) {
            from.problems()
                    .error(
                            entry,
                            at,
                            "'" + Fields.shortened(entry.key())
                                    + "' names no table (expected a name such as orders or shop.orders)",
                            "write the plain name");
        }
        List<String> columns = new ArrayList<>();
        if (entry.value() instanceof Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                column(list.items().get(i), at + "[" + i + "]").ifPresent(columns::add);
            }
        } else {
            column(entry.value(), at).ifPresent(columns::add);
        }
        int expected = key.equals(KeyNamesReader.NONE) ? columns.size() : key.count();
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        if (columns.size() != expected || expected > KeyNames.MOST) {
            from.problems()
                    .error(
                            entry.value(),
                            at,
                            "'" + Fields.shortened(entry.key()) + "' names "
                                    + (columns.size() == 1 ? "one column" : columns.size() + " columns") + " (expected "
                                    + Math.min(expected, KeyNames.MOST) + ", one for each part of the key " + key
                                    + ")",
                            "write it like orders: " + key + " with this table's columns, in that order");
            return Optional.empty();
        }
        return Optional.of(new KeyNames(columns));
    }

    private Optional<String> column(Located value, String at) {
        Optional<String> name = from.text(value, at);
        if (name.isPresent() && !name.get().matches(NAME)) {
            from.problems()
                    .error(
                            value,
                            at,
                            "'" + Fields.shortened(name.get()) + "' names no column (expected a name such as order_id)",
                            "write the plain name, or put it in quotes");
            return Optional.empty();
        }
        return name;
    }

    private boolean isPattern(Entry entry, String at, String pattern, Map<String, KeyNames> tables) {
        KeyNames columns = tables.get(entry.key());
        if (columns == null || !columns.isSingle()) {
            from.problems()
                    .error(
                            entry,
                            at,
                            "pattern of '" + Fields.shortened(entry.key()) + "', "
                                    + (columns == null
                                            ? "which is not among the tables"
                                            : "whose key has " + columns.count() + " parts (expected one)"),
                            columns == null ? "add the table to tables, or delete the line" : "delete the line");
            return false;
        }
        try {
            Pattern.compile(pattern);
            return true;
        } catch (PatternSyntaxException e) {
            from.problems()
                    .error(
                            entry.value(),
                            at,
                            "'" + Fields.shortened(pattern) + "' is no regular expression: " + e.getDescription(),
                            "write it like ord_(.*)");
            return false;
        }
    }
}
