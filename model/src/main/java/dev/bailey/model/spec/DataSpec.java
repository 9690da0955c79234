package dev.bailey.model.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the two stores are read as the same canonical document.
 *
 * @param key field of the canonical document that is the entity key
 * @param version field that is its version, when the slice has one
 * @param backfill how fast what was there before is copied
 */
public record DataSpec(
        String key, Optional<String> version, StoreSpec legacy, StoreSpec modern, BackfillSpec backfill) {

    /** One that is backfilled as the defaults say. */
    public DataSpec(String key, Optional<String> version, StoreSpec legacy, StoreSpec modern) {
        this(key, version, legacy, modern, BackfillSpec.DEFAULTS);
    }

    /** One side's store. */
    public sealed interface StoreSpec {}

    /**
     * Reached over SQL.
     *
     * @param jdbc URL; user and password may stand in it or beside it
     * @param read a {@code select} whose columns are the fields of the canonical document
     * @param children further selects for nested arrays: field name to a select with a column {@code _key} (the parent's
     *     key) and the element's fields; elements are ordered by the select's own order
     * @param write how a document is written; empty when this side is never written
     */
    public record SqlStore(
            String jdbc,
            String user,
            String password,
            String read,
            Map<String, String> children,
            Optional<WriteTable> write)
            implements StoreSpec {
        public SqlStore {
            children = Map.copyOf(children);
        }

        @Override
        public String toString() {
            return "SqlStore[" + jdbc.replaceAll("[?].*", "?…") + "]";
        }
    }

    /**
     * Where a document's fields go.
     *
     * @param columns canonical field to column; the key field must be among them and be the table's primary key
     * @param values SQL expression a field's value is put through, {@code ?} standing for it (for example {@code ? * 100})
     * @param children nested arrays: field name to its own table, with {@code parent} naming the column of the parent's key
     */
    public record WriteTable(
            String table, Map<String, String> columns, Map<String, String> values, Map<String, ChildTable> children) {
        public WriteTable {
            columns = Map.copyOf(columns);
            values = Map.copyOf(values);
            children = Map.copyOf(children);
        }
    }

    /** Table of a nested array's elements, replaced whole in the parent's transaction. */
    public record ChildTable(String table, String parent, Map<String, String> columns, Map<String, String> values) {
        public ChildTable {
            columns = Map.copyOf(columns);
            values = Map.copyOf(values);
        }
    }

    /**
     * Reached over HTTP at the side's URL. Templates hold {@code {key}}, {@code {cursor}} and {@code {limit}}.
     *
     * @param get reads one document
     * @param put writes one document
     * @param delete removes one
     * @param list lists documents in key order after a cursor
     * @param items JSON pointer of the array in a list's answer
     * @param read JSONata from the service's document to the canonical one; empty when the same
     * @param write JSONata from the canonical document to the service's; empty when the same
     */
    public record HttpStore(
            String get,
            String put,
            String delete,
            String list,
            String items,
            Optional<String> read,
            Optional<String> write,
            List<HeaderValue> headers)
            implements StoreSpec {
        public HttpStore {
            headers = List.copyOf(headers);
        }
    }

    /** A header sent with every store request; its value may be a secret. */
    public record HeaderValue(String name, String value) {
        @Override
        public String toString() {
            return name + ": …";
        }
    }
}
