package dev.bailey.datasync;

import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Several writers to legacy, each with entities of its own, whose every write is carried by a refresh some time later. */
final class FlatWriters implements Pending, AutoCloseable {

    private static final int WRITERS = 3;
    private static final int MAX_TRIES = 200;

    private final Flat flat;
    private final int entities;
    private final Map<String, AtomicInteger> pending = new ConcurrentHashMap<>();
    private final Map<String, Long> lastWrite = new ConcurrentHashMap<>();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong writes = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    FlatWriters(Flat flat, int entities) {
        this.flat = flat;
        this.entities = entities;
    }

    void start(DataPlane plane, long seed) {
        for (int i = 0; i < WRITERS; i++) {
            int mine = i;
            threads.add(Thread.ofPlatform().start(() -> run(plane, mine, new Random(seed + mine))));
        }
    }

    long writes() {
        return writes.get();
    }

    private void run(DataPlane plane, int mine, Random random) {
        try (Connection legacy = DriverManager.getConnection(flat.legacyUrl())) {
            while (running.get()) {
                long id = 1L + mine + (long) WRITERS * random.nextInt(entities / WRITERS);
                String key = Long.toString(id);
                AtomicInteger count = pending.computeIfAbsent(key, any -> new AtomicInteger());
                count.incrementAndGet();
                lastWrite.put(key, System.nanoTime());
                write(legacy, id, random);
                if (random.nextInt(3) == 0) {
                    Thread.sleep(random.nextInt(3));
                }
                carry(plane, key);
                lastWrite.put(key, System.nanoTime());
                count.decrementAndGet();
                writes.incrementAndGet();
            }
        } catch (SQLException | InterruptedException | RuntimeException | AssertionError e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void write(Connection legacy, long id, Random random) throws SQLException {
        String sql = random.nextInt(4) == 0
                ? "delete from orders where id = ?"
                : "insert into orders values (?, 'live', " + random.nextInt(1_000_000) + ", 'w" + random.nextInt()
                        + "') on conflict (id) do update set cents = excluded.cents, note = excluded.note";
        try (PreparedStatement statement = legacy.prepareStatement(sql)) {
            statement.setLong(1, id);
            statement.executeUpdate();
        }
    }

    private static void carry(DataPlane plane, String key) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            if (plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(new EntityKey(key))) instanceof Refreshed.Done) {
                return;
            }
        }
        throw new AssertionError("entity " + key + " was not carried");
    }

    @Override
    public boolean pending(SliceName slice, EntityKey key) {
        AtomicInteger count = pending.get(key.value());
        return count != null && count.get() > 0;
    }

    @Override
    public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
        Long last = lastWrite.get(key.value());
        return last != null && last - nano >= 0;
    }

    /** Stops when the writes under way are carried. */
    @Override
    public void close() throws InterruptedException {
        running.set(false);
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("live writes failed", failure.get());
        }
    }
}
