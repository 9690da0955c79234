package dev.bailey.datasync;

import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway does under dual write, in miniature: writes to legacy, and some time later carries the same write to
 * modern, one after another for each entity.
 */
final class Live implements Pending, AutoCloseable {

    private static final int MAX_TRIES = 500;

    private final Shop shop;
    private final int orders;
    private final Map<Long, AtomicInteger> pending = new ConcurrentHashMap<>();
    private final Map<Long, Long> lastWrite = new ConcurrentHashMap<>();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong writes = new AtomicLong();
    private final Thread writer;
    private volatile @Nullable Throwable failure;

    Live(Shop shop, int orders, long seed) {
        this.shop = shop;
        this.orders = orders;
        this.writer = Thread.ofPlatform().name("live").start(() -> run(new Random(seed)));
    }

    private void run(Random random) {
        try (Connection legacy = connect(shop.legacyUrl);
                Connection modern = connect(shop.modernUrl)) {
            while (running.get()) {
                long id = 1L + random.nextInt(orders);
                long cents = random.nextInt(1_000_000);
                boolean delete = random.nextInt(10) == 0;
                AtomicInteger count = pending.computeIfAbsent(id, any -> new AtomicInteger());
                count.incrementAndGet();
                lastWrite.put(id, System.nanoTime());
                if (delete) {
                    deleteLegacy(legacy, id);
                } else {
                    Shop.putLegacy(legacy, id, "live " + cents, cents);
                }
                legacy.commit();
                if (random.nextInt(3) == 0) {
                    Thread.sleep(random.nextInt(5));
                }
                deliverUntilTaken(modern, id, cents, delete);
                lastWrite.put(id, System.nanoTime());
                count.decrementAndGet();
                writes.incrementAndGet();
            }
        } catch (SQLException | InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    private static Connection connect(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        if (url.startsWith("jdbc:sqlite")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma busy_timeout = 10000");
            }
        }
        connection.setAutoCommit(false);
        return connection;
    }

    private static void deleteLegacy(Connection legacy, long id) throws SQLException {
        for (String sql : new String[] {"delete from line where order_id = ?", "delete from orders where id = ?"}) {
            try (PreparedStatement statement = legacy.prepareStatement(sql)) {
                statement.setLong(1, id);
                statement.executeUpdate();
            }
        }
    }

    /** As the gateway delivers: a transaction the database gave up (a deadlock with another writer) is sent again. */
    private void deliverUntilTaken(Connection modern, long id, long cents, boolean delete) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                deliver(modern, id, cents, delete, Shop.isMariaDb(shop.modernUrl));
                modern.commit();
                return;
            } catch (SQLException e) {
                modern.rollback();
                boolean givenUp = e.getSQLState() != null && e.getSQLState().startsWith("40");
                if (!givenUp || tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The request replayed at modern: it puts what this one write said, whatever modern holds. */
    private static void deliver(Connection modern, long id, long cents, boolean delete, boolean mariaDb)
            throws SQLException {
        String otherwise = mariaDb
                ? " on duplicate key update remark = values(remark), total = values(total), version = version + 1"
                : " on conflict (order_id) do update set remark = excluded.remark, total = excluded.total, version ="
                        + " purchase.version + 1";
        try (PreparedStatement lines = modern.prepareStatement("delete from purchase_line where order_id = ?")) {
            lines.setString(1, "ord_" + id);
            lines.executeUpdate();
        }
        if (delete) {
            try (PreparedStatement order = modern.prepareStatement("delete from purchase where order_id = ?")) {
                order.setString(1, "ord_" + id);
                order.executeUpdate();
            }
            return;
        }
        try (PreparedStatement order = modern.prepareStatement(
                        "insert into purchase (order_id, customer_id, remark, total, version) values (?, ?, ?, ?, 1)"
                                + otherwise);
                PreparedStatement line = modern.prepareStatement(
                        "insert into purchase_line (order_id, sku, quantity, price) values (?, ?, 1, ?)")) {
            order.setString(1, "ord_" + id);
            order.setString(2, "customer " + id % 13);
            order.setString(3, "live " + cents);
            order.setDouble(4, cents / 100.0);
            order.executeUpdate();
            for (String sku : new String[] {"a", "b"}) {
                line.setString(1, "ord_" + id);
                line.setString(2, sku);
                long half = cents / 2;
                line.setDouble(3, half / 100.0);
                line.executeUpdate();
            }
        }
    }

    long writes() {
        return writes.get();
    }

    @Override
    public boolean pending(SliceName slice, EntityKey key) {
        AtomicInteger count = pending.get(Long.parseLong(key.value()));
        return count != null && count.get() > 0;
    }

    @Override
    public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
        Long last = lastWrite.get(Long.parseLong(key.value()));
        return last != null && last - nano >= 0;
    }

    /** Stops after the write under way has been carried. */
    @Override
    public void close() throws InterruptedException {
        running.set(false);
        writer.join();
        if (failure != null) {
            throw new IllegalStateException("live writes failed", failure);
        }
    }
}
