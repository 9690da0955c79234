package dev.bailey.model.spec;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the two stores are read as the same canonical document.
 *
 * @param key fields of the canonical document that are the entity key
 * @param version field that is its version, when the slice has one
 * @param conflict what becomes of a follower's entity that somebody else changed
 * @param backfill how fast what was there before is copied
 * @param reconcile how what is equal is kept proved
 * @param replay the log of events that modern is rebuilt from; empty where legacy's store is copied
 */
public record DataSpec(
        KeyNames key,
        Optional<String> version,
        ConflictPolicy conflict,
        StoreSpec legacy,
        StoreSpec modern,
        BackfillSpec backfill,
        ReconcileSpec reconcile,
        Optional<ReplaySpec> replay) {

    /** One whose entities are not rebuilt from a log. */
    public DataSpec(
            KeyNames key,
            Optional<String> version,
            ConflictPolicy conflict,
            StoreSpec legacy,
            StoreSpec modern,
            BackfillSpec backfill,
            ReconcileSpec reconcile) {
        this(key, version, conflict, legacy, modern, backfill, reconcile, Optional.empty());
    }

    /** One that is reconciled as the defaults say. */
    public DataSpec(
            KeyNames key,
            Optional<String> version,
            ConflictPolicy conflict,
            StoreSpec legacy,
            StoreSpec modern,
            BackfillSpec backfill) {
        this(key, version, conflict, legacy, modern, backfill, ReconcileSpec.DEFAULTS);
    }

    /** Keyed by one field, and backfilled as the defaults say. */
    public DataSpec(String key, Optional<String> version, ConflictPolicy conflict, StoreSpec legacy, StoreSpec modern) {
        this(KeyNames.of(key), version, conflict, legacy, modern, BackfillSpec.DEFAULTS);
    }

    /** With the policy that is usual: by version where there is one, else the authority wins; backfilled as the defaults say. */
    public DataSpec(KeyNames key, Optional<String> version, StoreSpec legacy, StoreSpec modern) {
        this(key, version, ConflictPolicy.usual(version), legacy, modern, BackfillSpec.DEFAULTS);
    }

    /** The same, keyed by one field. */
    public DataSpec(String key, Optional<String> version, StoreSpec legacy, StoreSpec modern) {
        this(KeyNames.of(key), version, legacy, modern);
    }

    /** The field whose value at the follower is held against the one to be written: an older one is never written. */
    public Optional<String> guard() {
        return conflict == ConflictPolicy.AUTHORITY ? Optional.empty() : version;
    }

    /** Tables are written in the order they are declared in. */
    private static <T> Map<String, T> inOrder(Map<String, T> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** One side's store. */
    public sealed interface StoreSpec {}

    /** No store at all: a log of events is the only truth, and what is folded from it stands for the store. */
    public record LogStore(ReplaySpec replay) implements StoreSpec {
        @Override
        public String toString() {
            return "LogStore[" + replay.log().topic() + "]";
        }
    }

    /**
     * Reached over SQL.
     *
     * @param jdbc URL; user and password may stand in it or beside it
     * @param read a {@code select} whose columns are the fields of the canonical document
     * @param children further selects for nested arrays: field name to a select with a column {@code _key} (the parent's
     *     key; {@code _key_1}, {@code _key_2} … where it has several parts) and the element's fields; elements are ordered by
     *     the select's own order
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
     * @param columns canonical field to column; the key's fields must be among them, and their columns unique together
     * @param values SQL expression a field's value is put through, {@code ?} standing for it (for example {@code ? * 100})
     * @param ids fields that are ids of the other side, and the tables that pair them with this side's own
     * @param parts further tables of the same entity, by name: one row in each
     * @param children nested arrays: field name to its own table, with {@code parent} naming the columns of the parent's key
     * @param marks table that keeps what Bailey wrote last, so that a change by somebody else is seen
     */
    public record WriteTable(
            String table,
            Map<String, String> columns,
            Map<String, String> values,
            Map<String, IdTable> ids,
            Map<String, PartTable> parts,
            Map<String, ChildTable> children,
            Optional<String> marks) {
        public WriteTable {
            columns = inOrder(columns);
            values = inOrder(values);
            ids = inOrder(ids);
            parts = inOrder(parts);
            children = inOrder(children);
        }

        public WriteTable(
                String table,
                Map<String, String> columns,
                Map<String, String> values,
                Map<String, ChildTable> children) {
            this(table, columns, values, Map.of(), Map.of(), children, Optional.empty());
        }
    }

    /**
     * A table that pairs ids of the canonical document with the ids a store has of its own.
     *
     * @param key column of the canonical id, unique
     * @param own column of the store's own
     * @param mint how an own id is made where there is none: {@code uuid}, {@code uuid5:NAMESPACE} or an SQL expression;
     *     empty when others fill the table
     */
    public record IdTable(String table, String key, String own, Optional<String> mint) {}

    /**
     * A further table of an entity, with one row for each.
     *
     * @param key columns that hold the entity's key, unique together
     * @param before whether the entity's first table refers to it, so that it is written before and deleted after
     */
    public record PartTable(KeyNames key, Map<String, String> columns, Map<String, String> values, boolean before) {
        public PartTable {
            columns = inOrder(columns);
            values = inOrder(values);
        }

        /** With a key of one part. */
        public PartTable(String key, Map<String, String> columns, Map<String, String> values, boolean before) {
            this(KeyNames.of(key), columns, values, before);
        }
    }

    /**
     * Table of a nested array's elements, written in the parent's transaction.
     *
     * @param parent columns of the parent's key
     * @param key fields of an element that tell it from the others of its parent: what is equal then stays untouched and what
     *     differs is updated; when empty, an array that differs is deleted and inserted anew
     */
    public record ChildTable(
            String table,
            KeyNames parent,
            Map<String, String> columns,
            Map<String, String> values,
            Map<String, IdTable> ids,
            List<String> key) {
        public ChildTable {
            columns = inOrder(columns);
            values = inOrder(values);
            ids = inOrder(ids);
            key = List.copyOf(key);
        }

        public ChildTable(String table, String parent, Map<String, String> columns, Map<String, String> values) {
            this(table, parent, columns, values, Map.of(), List.of());
        }

        /** Of a parent whose key has one part. */
        public ChildTable(
                String table,
                String parent,
                Map<String, String> columns,
                Map<String, String> values,
                Map<String, IdTable> ids,
                List<String> key) {
            this(table, KeyNames.of(parent), columns, values, ids, key);
        }
    }

    /**
     * Reached over HTTP at the side's URL. Templates hold {@code {key}} or the fields of a key of several parts,
     * {@code {cursor}} and {@code {limit}}.
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

    /**
     * Keys of a Redis database, such as sessions.
     *
     * @param url {@code redis://host:port/database}, or {@code rediss://} for TLS
     * @param keys how a key is called there, with {@code {key}} for the entity's
     * @param value what stands under a key
     * @param expires field for the moment a key expires at; empty when that is no part of the document
     * @param ttl time to live that a written key gets; empty to leave it as it is
     * @param read JSONata from what stands there to the canonical document; empty when the same
     * @param write JSONata from the canonical document to what is to stand there; empty for the same without its key
     */
    public record RedisStore(
            String url,
            String user,
            String password,
            String keys,
            Form value,
            Optional<String> expires,
            Optional<Duration> ttl,
            Optional<String> read,
            Optional<String> write)
            implements StoreSpec {

        /** What stands under a key. */
        public enum Form {
            /** A string that is a JSON object: its members are the fields. */
            JSON,
            /** A hash: its fields, as texts. */
            HASH,
            /** A string that is only passed on: the one field {@code value}, in base64. */
            BYTES
        }

        /** Tells nothing of where it is and who uses it. */
        @Override
        public String toString() {
            return "RedisStore[" + keys + ", " + value + ", " + expires + ", " + ttl + ", " + read + ", " + write + "]";
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
