package dev.bailey.control.state;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Durable JSON by key, for long work that must go on after a restart. Durable when a method returns. Thread-safe. */
public final class Progress {

    private final StateDb db;

    public Progress(StateDb db) {
        this.db = db;
    }

    public void put(String key, String json) {
        db.write(connection -> Sql.update(
                connection,
                "insert into progress (key, json) values (?, ?) on conflict (key) do update set json = excluded.json",
                key,
                json));
    }

    public Optional<String> get(String key) {
        List<String> found = db.read(connection ->
                Sql.query(connection, "select json from progress where key = ?", row -> row.getString(1), key));
        return found.stream().findFirst();
    }

    /** Every entry whose key begins with a prefix, by key. */
    public Map<String, String> startingWith(String prefix) {
        Map<String, String> entries = new TreeMap<>();
        db.read(connection -> Sql.query(
                connection,
                "select key, json from progress where substr(key, 1, ?) = ?",
                row -> entries.put(row.getString(1), row.getString(2)) == null,
                prefix.length(),
                prefix));
        return entries;
    }

    public void remove(String key) {
        db.write(connection -> Sql.update(connection, "delete from progress where key = ?", key));
    }
}
