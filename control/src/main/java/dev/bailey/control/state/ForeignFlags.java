package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;

/** Flags that others hang on a slice (a service's own switch, a client's experiment). Thread-safe. */
public final class ForeignFlags {

    private final StateDb db;

    public ForeignFlags(StateDb db) {
        this.db = db;
    }

    public void register(ForeignFlag flag) {
        db.write(connection -> Sql.update(
                connection,
                "insert into foreign_flag (name, slice, owner, purpose, since) values (?, ?, ?, ?, ?)"
                        + " on conflict (name) do update set slice = excluded.slice, owner = excluded.owner,"
                        + " purpose = excluded.purpose, since = excluded.since, removed = null",
                flag.name(),
                flag.slice(),
                flag.owner(),
                flag.purpose(),
                flag.since()));
    }

    /** Nothing asks for the flag any more; false when it was not live. */
    public boolean remove(String name, Instant at) {
        return db.write(connection -> Sql.update(
                        connection, "update foreign_flag set removed = ? where name = ? and removed is null", at, name))
                > 0;
    }

    /** Those that are live. */
    public List<ForeignFlag> live() {
        return db.read(connection -> Sql.query(
                connection,
                "select * from foreign_flag where removed is null order by name",
                row -> new ForeignFlag(
                        row.getString("name"),
                        new SliceName(row.getString("slice")),
                        row.getString("owner"),
                        row.getString("purpose"),
                        Instant.parse(row.getString("since")))));
    }

    public record ForeignFlag(String name, SliceName slice, String owner, String purpose, Instant since) {}
}
