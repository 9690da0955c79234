package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** PostgreSQL and nothing else: one table, one connection that inserts all that waits as a batch, and commits. */
final class BareInserts implements Subject {

    private static final int GROUP = 1_024;

    private final LinkedBlockingQueue<CompletableFuture<Boolean>> waiting = new LinkedBlockingQueue<>();
    private final Connection connection;
    private final Thread loop;
    private volatile boolean ends;

    BareInserts(String url) {
        try {
            connection = DriverManager.getConnection(url);
            try (Statement statement = connection.createStatement()) {
                statement.execute("drop table if exists bare");
                statement.execute("create table bare (seq bigserial primary key, body bytea not null)");
            }
            connection.setAutoCommit(false);
        } catch (SQLException failed) {
            throw new BenchFailure("the bare loop cannot be begun: " + failed.getMessage(), failed);
        }
        loop = Thread.ofPlatform().name("bare-inserts").start(this::run);
    }

    private void run() {
        byte[] body = new byte[BYTES];
        List<CompletableFuture<Boolean>> group = new ArrayList<>(GROUP);
        try (PreparedStatement insert = connection.prepareStatement("insert into bare (body) values (?)")) {
            while (!ends) {
                CompletableFuture<Boolean> first = waiting.poll(10, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                group.add(first);
                waiting.drainTo(group, GROUP - 1);
                for (int i = 0; i < group.size(); i++) {
                    insert.setBytes(1, body);
                    insert.addBatch();
                }
                insert.executeBatch();
                connection.commit();
                group.forEach(one -> one.complete(true));
                group.clear();
            }
        } catch (SQLException | InterruptedException failed) {
            group.forEach(one -> one.completeExceptionally(failed));
        }
    }

    @Override
    public void append(long number) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        waiting.add(done);
        done.join();
    }

    @Override
    public void close() {
        ends = true;
        try {
            loop.join();
            connection.close();
        } catch (SQLException | InterruptedException failed) {
            throw new BenchFailure("the bare loop does not end: " + failed.getMessage(), failed);
        }
    }
}
