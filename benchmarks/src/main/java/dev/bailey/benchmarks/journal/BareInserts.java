package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** PostgreSQL and nothing else: one table, one connection that inserts all that waits as a batch, and commits. */
final class BareInserts implements Subject {

    private final byte[] body = new byte[BYTES];
    private final Connection connection;
    private final PreparedStatement insert;
    private final GroupLoop loop;

    BareInserts(String url) {
        try {
            connection = DriverManager.getConnection(url);
            try (Statement statement = connection.createStatement()) {
                statement.execute("drop table if exists bare");
                statement.execute("create table bare (seq bigserial primary key, body bytea not null)");
            }
            connection.setAutoCommit(false);
            insert = connection.prepareStatement("insert into bare (body) values (?)");
        } catch (SQLException failed) {
            throw new BenchFailure("the bare loop cannot be begun: " + failed.getMessage(), failed);
        }
        loop = new GroupLoop("bare-inserts", this::write);
    }

    private void write(int records) throws SQLException {
        for (int i = 0; i < records; i++) {
            insert.setBytes(1, body);
            insert.addBatch();
        }
        insert.executeBatch();
        connection.commit();
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
