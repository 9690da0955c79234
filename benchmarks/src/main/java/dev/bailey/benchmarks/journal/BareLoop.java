package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * SQLite, which was the journal's log until it wrote files of its own and still holds its tables, and nothing else: one
 * table, one transaction of all that waits, a flush for each, checkpoints where SQLite makes them by itself.
 */
final class BareLoop implements Subject {

    private final byte[] body = new byte[BYTES];
    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement insert;
    private final PreparedStatement commit;
    private final GroupLoop loop;

    BareLoop(Path folder) {
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bare.db"));
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = full");
                statement.execute("create table record (seq integer primary key, body blob not null)");
            }
            begin = connection.prepareStatement("begin immediate");
            insert = connection.prepareStatement("insert into record (body) values (?)");
            commit = connection.prepareStatement("commit");
        } catch (SQLException failed) {
            throw new BenchFailure("the bare loop cannot be begun: " + failed.getMessage(), failed);
        }
        loop = new GroupLoop("bare-loop", this::write);
    }

    private void write(int records) throws SQLException {
        begin.execute();
        for (int i = 0; i < records; i++) {
            insert.setBytes(1, body);
            insert.executeUpdate();
        }
        commit.execute();
    }

    @Override
    public void append(long number) {
        loop.append();
    }

    @Override
    public void close() {
        loop.close();
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new BenchFailure("the bare loop does not end: " + failed.getMessage(), failed);
        }
    }
}
