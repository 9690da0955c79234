package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.RecordHash.Kind;

/**
 * A column's expression, or why there is none.
 *
 * @param expression empty when there is none
 * @param field what stands for it in a record
 * @param kind of that field
 */
record Spelling(String expression, String field, Kind kind, String why) {

    /** Of a database that makes no text of a record. */
    static Spelling of(String expression) {
        return new Spelling(expression, "", Kind.TEXT, "");
    }

    static Spelling not(String label, String type) {
        return new Spelling(
                "",
                "",
                Kind.TEXT,
                "column " + label + " is of type " + type + ", which has no spelling in SQL that is canonical");
    }
}
