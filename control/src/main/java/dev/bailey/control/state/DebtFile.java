package dev.bailey.control.state;

import dev.bailey.control.state.NodeDebts.OwnDisk;
import dev.bailey.control.state.NodeDebts.Waiting;
import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Debts in a file of SQLite. Thread-safe. */
record DebtFile(StateDb file) implements OwnDisk {

    private static final List<String> TABLE = List.of("create table if not exists node_debt ("
            + "id text primary key, slice text not null, since text not null, reason text not null)");

    static DebtFile open(Path file) {
        return new DebtFile(StateDb.open(file, TABLE));
    }

    @Override
    public void keep(Waiting debt) {
        file.write(connection -> Sql.update(
                connection,
                "insert into node_debt (id, slice, since, reason) values (?, ?, ?, ?)",
                debt.id(),
                debt.slice(),
                debt.since(),
                debt.reason()));
    }

    @Override
    public List<Waiting> all() {
        return file.read(connection -> Sql.query(
                connection,
                "select id, slice, since, reason from node_debt order by rowid",
                row -> new Waiting(
                        row.getString(1),
                        new SliceName(row.getString(2)),
                        Instant.parse(row.getString(3)),
                        row.getString(4))));
    }

    @Override
    public void drop(List<Waiting> debts) {
        file.write(connection -> {
            for (Waiting debt : debts) {
                Sql.update(connection, "delete from node_debt where id = ?", debt.id());
            }
            return debts.size();
        });
    }

    @Override
    public void close() {
        file.close();
    }
}
