package dev.bailey.control.state;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Rows of the audit trail. The table takes no update and no delete; what is appended is durable when {@link #append}
 * returns. Thread-safe.
 */
public final class AuditTable {

    private static final int BATCH = 1_000;

    private final StateDb db;

    public AuditTable(StateDb db) {
        this.db = db;
        db.ensure(
                "create table if not exists audit ("
                        + "sequence integer primary key autoincrement, entry text not null, hash text not null)",
                "create trigger if not exists audit_no_update before update on audit"
                        + " begin select raise(abort, 'the audit trail is append-only'); end",
                "create trigger if not exists audit_no_delete before delete on audit"
                        + " begin select raise(abort, 'the audit trail is append-only'); end",
                "create view if not exists audit_highest as"
                        + " select seq as sequence from sqlite_sequence where name = 'audit'");
    }

    /** Appends the row that the function makes from the last one, with nothing in between. */
    public Row append(Function<Optional<Row>, Row> next) {
        return db.write(connection -> {
            Optional<Row> last =
                    Sql.query(connection, "select * from audit order by sequence desc limit 1", AuditTable::row)
                            .stream()
                            .findFirst();
            Row row = next.apply(last);
            Sql.update(
                    connection,
                    "insert into audit (sequence, entry, hash) values (?, ?, ?)",
                    row.sequence(),
                    row.entry(),
                    row.hash());
            return row;
        });
    }

    /** Rows before a sequence, newest first. */
    public List<Row> before(long sequence, int limit) {
        return db.read(connection -> Sql.query(
                connection,
                "select * from audit where sequence < ? order by sequence desc limit ?",
                AuditTable::row,
                sequence,
                limit));
    }

    /** Every row in order, read in batches so that others may write meanwhile. */
    public void each(Consumer<Row> reader) {
        long after = 0;
        while (true) {
            long from = after;
            List<Row> batch = db.read(connection -> Sql.query(
                    connection,
                    "select * from audit where sequence > ? order by sequence limit ?",
                    AuditTable::row,
                    from,
                    BATCH));
            if (batch.isEmpty()) {
                return;
            }
            batch.forEach(reader);
            after = batch.getLast().sequence();
        }
    }

    /** The highest sequence ever given, even when its row was cut off. */
    public long highest() {
        return db.read(connection ->
                Sql.query(connection, "select sequence from audit_highest", row -> row.getLong(1)).stream()
                        .findFirst()
                        .orElse(0L));
    }

    private static Row row(java.sql.ResultSet results) throws java.sql.SQLException {
        return new Row(results.getLong("sequence"), results.getString("entry"), results.getString("hash"));
    }

    /**
     * @param entry canonical JSON
     * @param hash of the row before and the entry
     */
    public record Row(long sequence, String entry, String hash) {}
}
