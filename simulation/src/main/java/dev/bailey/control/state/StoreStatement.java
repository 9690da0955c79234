package dev.bailey.control.state;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a statement of the shared store means for its simulation: its text in SQLite's words, and the row it locks.
 *
 * @param lock the row that it locks, or the table whose row its first argument names; empty for none
 * @param isAlone whether nobody else may have locked that row
 */
record StoreStatement(
        String sql, boolean isQuery, Optional<String> lock, boolean lockIsNamed, boolean isAlone, Kind kind) {

    enum Kind {
        PLAIN,
        ENDS_SESSION,
        LOOKS_FOR_SESSION
    }

    static StoreStatement of(String sql) {
        String text = sql.toLowerCase(Locale.ROOT);
        boolean isQuery = text.startsWith("select");
        boolean ofLease = text.contains("from lease where") || text.startsWith("update lease");
        boolean ofMember = text.contains("from member where") || text.startsWith("update member set");
        boolean isAlone = text.endsWith("for update") || !isQuery;
        boolean locks = (ofLease || ofMember) && (isAlone || text.endsWith("for share"));
        return new StoreStatement(
                translated(sql),
                isQuery || text.contains(" returning "),
                locks ? Optional.of(ofLease ? "lease" : "member") : Optional.empty(),
                ofMember,
                isAlone,
                text.contains("pg_terminate_backend")
                        ? Kind.ENDS_SESSION
                        : text.contains("pg_stat_activity") ? Kind.LOOKS_FOR_SESSION : Kind.PLAIN);
    }

    boolean writes() {
        return !sql.startsWith("select");
    }

    /** The row to lock, with these arguments. */
    Optional<String> row(List<@Nullable Object> arguments) {
        return lock.map(table -> lockIsNamed ? table + " " + arguments.getFirst() : table);
    }

    private static String translated(String sql) {
        return sql.replace(" for share", "")
                .replace(" for update", "")
                .replace("? * interval '1 millisecond'", "?")
                .replace("interval '1 day'", "86400000")
                .replace("extract(epoch from t.until - clock_timestamp()) * 1000", "(t.until - clock_timestamp())")
                .replace("greatest(", "max(");
    }
}
