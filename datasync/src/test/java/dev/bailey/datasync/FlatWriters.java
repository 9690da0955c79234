package dev.bailey.datasync;

import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Several writers to legacy, each with entities of its own, whose every write is carried by a refresh some time later. With a
 * folder they note what they are about to write, as a journal does, and carry that first when their process was killed.
 */
final class FlatWriters implements Pending, AutoCloseable {

    private static final int WRITERS = 3;
    private static final int MAX_TRIES = 200;

    private final Flat flat;
    private final int entities;
    private final Optional<Path> notes;
    private final Map<String, AtomicInteger> pending = new ConcurrentHashMap<>();
    private final Map<String, Long> lastWrite = new ConcurrentHashMap<>();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong writes = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    FlatWriters(Flat flat, int entities) {
        this(flat, entities, Optional.empty());
    }

    FlatWriters(Flat flat, int entities, Optional<Path> notes) {
        this.flat = flat;
        this.entities = entities;
        this.notes = notes;
        for (int mine = 0; mine < WRITERS; mine++) {
            String key = noted(mine);
            if (!key.isEmpty()) {
                pending.put(key, new AtomicInteger(1));
            }
        }
    }

    private String noted(int mine) {
        try {
            Path note = notes.map(folder -> folder.resolve("writer-" + mine)).orElse(Path.of(""));
            return notes.isPresent() && Files.exists(note) ? Files.readString(note) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(int mine, String key) throws IOException {
        if (notes.isPresent()) {
            Path written = Files.writeString(notes.get().resolve("writer-" + mine + "-next"), key);
            Files.move(written, notes.get().resolve("writer-" + mine), StandardCopyOption.ATOMIC_MOVE);
        }
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
            String left = noted(mine);
            if (!left.isEmpty()) {
                carried(plane, mine, left);
            }
            while (running.get()) {
                long id = 1L + mine + (long) WRITERS * random.nextInt(entities / WRITERS);
                String key = Long.toString(id);
                AtomicInteger count = pending.computeIfAbsent(key, any -> new AtomicInteger());
                count.incrementAndGet();
                lastWrite.put(key, System.nanoTime());
                note(mine, key);
                write(legacy, id, random, flat.isMariaDb());
                if (random.nextInt(3) == 0) {
                    Thread.sleep(random.nextInt(3));
                }
                carried(plane, mine, key);
                writes.incrementAndGet();
            }
        } catch (SQLException | IOException | InterruptedException | RuntimeException | AssertionError e) {
            failure.compareAndSet(null, e);
        }
    }

    private void carried(DataPlane plane, int mine, String key) throws IOException {
        carry(plane, key);
        lastWrite.put(key, System.nanoTime());
        note(mine, "");
        Objects.requireNonNull(pending.get(key)).decrementAndGet();
    }

    private static void write(Connection legacy, long id, Random random, boolean mariaDb) throws SQLException {
        String otherwise = mariaDb
                ? " on duplicate key update cents = values(cents), note = values(note)"
                : " on conflict (id) do update set cents = excluded.cents, note = excluded.note";
        String sql = random.nextInt(4) == 0
                ? "delete from orders where id = ?"
                : "insert into orders values (?, 'live', " + random.nextInt(1_000_000) + ", 'w" + random.nextInt()
                        + "')" + otherwise;
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
