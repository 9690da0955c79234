package dev.bailey.datasync;

import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Customers of the music shop while it crosses: each write goes to legacy, and its entity is refreshed at modern. */
final class ChinookLive implements Pending, AutoCloseable {

    private record Entity(SliceName slice, String key) {}

    private final String legacy;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong writes = new AtomicLong();
    private final Map<Entity, AtomicInteger> pending = new ConcurrentHashMap<>();
    private final Map<Entity, Long> last = new ConcurrentHashMap<>();
    private volatile boolean invoices;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Throwable failure;

    ChinookLive(String legacy) {
        this.legacy = legacy;
    }

    void start(DataPlane data, long seed) {
        thread = Thread.ofPlatform().name("live").start(() -> run(data, new Random(seed)));
    }

    /** From now on invoices are written too: their dual write has begun. */
    void invoicesToo() {
        invoices = true;
    }

    boolean alive() {
        Thread writer = thread;
        return writer != null && writer.isAlive();
    }

    long writes() {
        return writes.get();
    }

    private void run(DataPlane data, Random random) {
        try (Connection connection = DriverManager.getConnection(legacy);
                Statement sql = connection.createStatement()) {
            sql.execute("pragma busy_timeout = 10000");
            connection.setAutoCommit(false);
            int next = 10_000;
            while (running.get()) {
                int cents = random.nextInt(9_000);
                String price = cents / 100 + "." + cents % 100 / 10 + cents % 10;
                int customer = 1 + random.nextInt(59);
                int track = 1 + random.nextInt(3_503);
                int invoice = 1 + random.nextInt(412);
                switch (random.nextInt(invoices ? 6 : 2)) {
                    case 0 ->
                        write(
                                data,
                                connection,
                                sql,
                                ChinookData.CUSTOMERS,
                                customer,
                                List.of("update Customer set Phone = '"
                                        + cents + "', Company = " + (cents % 3 == 0 ? "null" : "'Live " + cents + "'")
                                        + ", City = 'Zürich' where CustomerId = " + customer));
                    case 1 ->
                        write(
                                data,
                                connection,
                                sql,
                                ChinookData.TRACKS,
                                track,
                                List.of("update Track set UnitPrice = " + price + " where TrackId = " + track));
                    case 2 ->
                        write(
                                data,
                                connection,
                                sql,
                                ChinookData.INVOICES,
                                invoice,
                                List.of(
                                        "update InvoiceLine set Quantity = Quantity + 1, UnitPrice = " + price
                                                + " where InvoiceId = " + invoice + " and InvoiceLineId % 2 = 0",
                                        "update Invoice set Total = " + price + " where InvoiceId = " + invoice));
                    case 3 ->
                        write(
                                data,
                                connection,
                                sql,
                                ChinookData.INVOICES,
                                invoice,
                                List.of(
                                        "delete from InvoiceLine where InvoiceId = " + invoice,
                                        "delete from Invoice where InvoiceId = " + invoice));
                    default -> {
                        next++;
                        write(
                                data,
                                connection,
                                sql,
                                ChinookData.INVOICES,
                                next,
                                List.of(
                                        "insert into Invoice values (" + next + ", " + customer + ", '2026-11-29 0"
                                                + cents % 10 + ":30:00', null, 'Zürich', null, 'CH', '8000', " + price
                                                + ")",
                                        "insert into InvoiceLine values (" + 2 * next + ", " + next + ", " + track
                                                + ", " + price + ", 1)",
                                        "insert into InvoiceLine values (" + (2 * next + 1) + ", " + next + ", 7, 0.29,"
                                                + " 3)"));
                    }
                }
            }
        } catch (SQLException | RuntimeException | AssertionError e) {
            failure = e;
        }
    }

    private void write(
            DataPlane data, Connection connection, Statement sql, SliceName slice, int id, List<String> statements)
            throws SQLException {
        Entity entity = new Entity(slice, Integer.toString(id));
        AtomicInteger count = pending.computeIfAbsent(entity, _ -> new AtomicInteger());
        count.incrementAndGet();
        last.put(entity, System.nanoTime());
        for (String statement : statements) {
            sql.executeUpdate(statement);
        }
        connection.commit();
        Refreshed refreshed = data.refresh(slice, Side.LEGACY, List.of(new EntityKey(entity.key)));
        if (!(refreshed instanceof Refreshed.Done)) {
            throw new AssertionError(slice + " " + id + ": " + refreshed);
        }
        last.put(entity, System.nanoTime());
        count.decrementAndGet();
        writes.incrementAndGet();
    }

    @Override
    public boolean pending(SliceName slice, EntityKey key) {
        AtomicInteger count = pending.get(new Entity(slice, key.value()));
        return count != null && count.get() > 0;
    }

    @Override
    public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
        Long at = last.get(new Entity(slice, key.value()));
        return at != null && at - nano >= 0;
    }

    @Override
    public void close() throws InterruptedException {
        running.set(false);
        Thread writer = thread;
        if (writer != null) {
            writer.join();
        }
        if (failure != null) {
            throw new IllegalStateException("live writes failed", failure);
        }
    }
}
