package dev.bailey.model.spec;

import dev.bailey.model.spec.Located.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the names of a key's parts: one name, or a list of two to four. */
final class KeyNamesReader {

    /** Stands in for names that could not be read. */
    static final KeyNames NONE = KeyNames.of("?");

    /** A name in SQL, taken as it stands. */
    static final String NAME = "[A-Za-z_\"`][^;'\\s]*";

    private KeyNamesReader() {}

    /** The fields of a document that are its key. */
    static KeyNames fields(Fields in, String key, String remedy) {
        return read(in, key, "field", remedy);
    }

    /**
     * Columns of a table, one for each part of a key.
     *
     * @param of the key's own names; {@link #NONE} where they could not be read
     */
    static KeyNames columns(Fields in, String key, String example, KeyNames of) {
        KeyNames names = columns(in, key, example);
        if (!names.equals(NONE) && !of.equals(NONE) && names.count() != of.count()) {
            in.error(
                    key,
                    "'" + key + "' names " + counted(names.count()) + " (expected " + of.count()
                            + ", one for each part of the key " + of + ")",
                    of.isSingle()
                            ? "write " + key + ": and the name of one column"
                            : "write " + key + ": " + of + " with this table's columns, in that order");
        }
        return names;
    }

    /** Columns of a table, as many as there are. */
    static KeyNames columns(Fields in, String key, String example) {
        KeyNames names = read(in, key, "column", "write " + key + ": and a name such as " + example);
        for (int i = 0; i < names.count(); i++) {
            String name = names.names().get(i);
            if (!names.equals(NONE) && !name.matches(NAME)) {
                in.problems()
                        .error(
                                item(in, key, i),
                                in.at(key) + (names.isSingle() ? "" : "[" + i + "]"),
                                "'" + key + "' is '" + Fields.shortened(name) + "' (expected a name such as " + example
                                        + ")",
                                "write the plain name");
            }
        }
        return names;
    }

    private static String counted(int columns) {
        return columns == 1 ? "one column" : columns + " columns";
    }

    private static Located item(Fields in, String key, int index) {
        return in.value(key) instanceof Sequence list ? list.items().get(index) : in.placeOf(key);
    }

    private static KeyNames read(Fields in, String key, String what, String remedy) {
        if (!(in.value(key) instanceof Sequence list)) {
            return KeyNames.of(in.required(key, remedy));
        }
        if (list.items().size() < 2 || list.items().size() > KeyNames.MOST) {
            in.error(
                    key,
                    "'" + key + "' is a list of " + list.items().size() + " (expected one " + what
                            + ", or a list of 2 to " + KeyNames.MOST + ")",
                    "write " + key + ": id, or " + key + ": [tenant, number]");
            return NONE;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            String at = in.at(key) + "[" + i + "]";
            Optional<String> name = in.text(list.items().get(i), at);
            if (name.isPresent() && names.contains(name.get())) {
                in.problems()
                        .error(
                                list.items().get(i),
                                at,
                                "'" + key + "' names '" + Fields.shortened(name.get()) + "' twice (expected each "
                                        + what + " once)",
                                "delete it, or name the " + what + " that is meant");
                return NONE;
            }
            name.ifPresent(names::add);
        }
        return names.size() == list.items().size() ? new KeyNames(names) : NONE;
    }
}
