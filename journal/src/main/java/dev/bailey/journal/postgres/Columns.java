package dev.bailey.journal.postgres;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows as the arrays of their columns, in PostgreSQL's types. */
record Columns<T>(List<T> rows) {

    Part.Argument int8(Function<T, @Nullable Long> column) {
        @Nullable Long[] values = new @Nullable Long[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return Part.array("int8", values);
    }

    Part.Argument int4(Function<T, @Nullable Integer> column) {
        @Nullable Integer[] values = new @Nullable Integer[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return Part.array("int4", values);
    }

    Part.Argument bool(Function<T, @Nullable Boolean> column) {
        @Nullable Boolean[] values = new @Nullable Boolean[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return Part.array("bool", values);
    }

    Part.Argument text(Function<T, @Nullable String> column) {
        @Nullable String[] values = new @Nullable String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return Part.array("text", values);
    }

    Part.Argument bytea(Function<T, byte @Nullable []> column) {
        byte[] @Nullable [] values = new byte[rows.size()] @Nullable [];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return Part.array("bytea", values);
    }
}
