package dev.bailey.examples.orders.service;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes plausible orders; the same random numbers make the same orders. Not thread-safe. */
public final class SampleOrders {

    private static final long FIRST_SECOND = 1_767_225_600; // 2026-01-01T00:00:00Z
    private static final int SECONDS = 300 * 24 * 3_600;
    private static final int CUSTOMERS = 500;
    private static final int ARTICLES = 200;
    private static final int MAX_LINES = 5;
    private static final Status[] STATUSES = Status.values();
    private static final List<String> NOTES =
            List.of("leave at the door", "call before", "für Gerda", "gift, no invoice", "fragile ☂", "\"urgent\"");

    private final RandomGenerator random;

    public SampleOrders(RandomGenerator random) {
        this.random = random;
    }

    public Order next(long id, @Nullable String ref) {
        return Order.asked(id, customer(), status(), createdAt(), note(), lines(), ref);
    }

    public String customer() {
        return "c-%04d".formatted(random.nextInt(CUSTOMERS));
    }

    public Status status() {
        return STATUSES[random.nextInt(STATUSES.length)];
    }

    public @Nullable String note() {
        return random.nextInt(3) == 0 ? NOTES.get(random.nextInt(NOTES.size())) : null;
    }

    public Line line(int article) {
        return new Line("sku-%03d".formatted(article), 1 + random.nextInt(9), random.nextInt(20_000));
    }

    private Instant createdAt() {
        return Instant.ofEpochSecond(FIRST_SECOND + random.nextInt(SECONDS));
    }

    private List<Line> lines() {
        int count = 1 + random.nextInt(MAX_LINES);
        int first = random.nextInt(ARTICLES);
        List<Line> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lines.add(line((first + i * 7) % ARTICLES));
        }
        return lines;
    }

    /** Fills an empty database in one transaction; returns how many orders it wrote (none when it was not empty). */
    public static int seed(Database database, OrderTables tables, int orders, long seed) throws SQLException {
        return database.write(connection -> {
            if (tables.count(connection) > 0) {
                return 0;
            }
            SampleOrders sample = new SampleOrders(new SplittableRandom(seed));
            for (int id = 1; id <= orders; id++) {
                tables.save(connection, sample.next(id, null));
            }
            return orders;
        });
    }
}
