package dev.bailey.control.state;

import dev.bailey.control.state.NodeDebts.OwnDisk;
import dev.bailey.control.state.NodeDebts.Waiting;
import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Debts in a file of SQLite, of each slice and reason the latest: whoever pays that has paid the earlier ones. Thread-safe. */
record DebtFile(StateDb file) implements OwnDisk {

    private static final List<String> TABLE = List.of("create table if not exists node_debt ("
            + "id text primary key, slice text not null, since text not null, reason text not null)");

    private static final String KEPT = "select id, slice, since, reason from node_debt";

    static DebtFile open(Path file) {
        return new DebtFile(StateDb.open(file, TABLE));
    }

    @Override
    public void keep(Waiting debt) {
        file.write(connection -> {
            List<Waiting> alike = Sql.query(
                    connection,
                    KEPT + " where slice = ? and reason = ?",
                    DebtFile::waiting,
                    debt.slice(),
                    debt.reason());
            if (alike.stream().anyMatch(known -> !known.since().isBefore(debt.since()))) {
                return 0;
            }
            for (Waiting known : alike) {
                delete(connection, known);
            }
            return Sql.update(
                    connection,
                    "insert into node_debt (id, slice, since, reason) values (?, ?, ?, ?)",
                    debt.id(),
                    debt.slice(),
                    debt.since(),
                    debt.reason());
        });
    }

    private static int delete(Connection connection, Waiting debt) throws SQLException {
        return Sql.update(connection, "delete from node_debt where id = ?", debt.id());
    }

    private static Waiting waiting(ResultSet row) throws SQLException {
        return new Waiting(
                row.getString(1), new SliceName(row.getString(2)), Instant.parse(row.getString(3)), row.getString(4));
    }

    @Override
    public List<Waiting> all() {
        return file.read(connection -> Sql.query(connection, KEPT + " order by rowid", DebtFile::waiting));
    }

    @Override
    public void drop(List<Waiting> debts) {
        file.write(connection -> {
            for (Waiting debt : debts) {
                delete(connection, debt);
            }
            return debts.size();
        });
    }

    @Override
    public void close() {
        file.close();
    }
}
