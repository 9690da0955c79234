package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.nio.file.Path;
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

/**
 * The engine of the journal and nothing else: one table, one thread that makes one transaction of all that waits, a flush for
 * each, checkpoints where the engine makes them by itself.
 */
final class BareLoop implements Subject {

    private static final int GROUP = 1_024;

    private final LinkedBlockingQueue<CompletableFuture<Boolean>> waiting = new LinkedBlockingQueue<>();
    private final Connection connection;
    private final Thread loop;
    private volatile boolean ends;

    BareLoop(Path folder) {
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bare.db"));
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = full");
                statement.execute("create table record (seq integer primary key, body blob not null)");
            }
        } catch (SQLException failed) {
            throw new BenchFailure("the bare loop cannot be begun: " + failed.getMessage(), failed);
        }
        loop = Thread.ofPlatform().name("bare-loop").start(this::run);
    }

    private void run() {
        byte[] body = new byte[BYTES];
        List<CompletableFuture<Boolean>> group = new ArrayList<>(GROUP);
        try (PreparedStatement begin = connection.prepareStatement("begin immediate");
                PreparedStatement insert = connection.prepareStatement("insert into record (body) values (?)");
                PreparedStatement commit = connection.prepareStatement("commit")) {
            while (!ends) {
                CompletableFuture<Boolean> first = waiting.poll(10, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                group.add(first);
                waiting.drainTo(group, GROUP - 1);
                begin.execute();
                for (int i = 0; i < group.size(); i++) {
                    insert.setBytes(1, body);
                    insert.executeUpdate();
                }
                commit.execute();
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
