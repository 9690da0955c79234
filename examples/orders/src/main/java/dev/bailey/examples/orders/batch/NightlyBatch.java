package dev.bailey.examples.orders.batch;

import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.Line;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.SampleOrders;
import dev.bailey.examples.orders.service.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The nightly job: changes, inserts and deletes orders in legacy's tables, with no service and no gateway in between. Each
 * order is its own short transaction, so that the service can write meanwhile.
 */
public final class NightlyBatch {

    /** What every order the job wrote carries as the start of its reference. */
    public static final String REF_PREFIX = "batch-";

    private static final int MAX_ARTICLE = 1_000;
    private static final int FIRST_BATCH_ARTICLE = 900;

    private NightlyBatch() {}

    /**
     * What the job did.
     *
     * @param touched ids of all orders it changed, inserted or deleted, in the order it did so
     * @param rows rows of both tables it wrote or removed
     */
    public record Touched(List<Long> touched, int changed, int inserted, int deleted, int rows) {
        public Touched {
            touched = List.copyOf(touched);
        }
    }

    /** Touches {@code count} orders, each at most once: of ten, about eight are changed, one inserted and one deleted. */
    public static Touched run(Database database, OrderTables tables, int count, long seed) throws SQLException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> known = database.read(connection -> ids(connection, tables));
        List<Long> touched = new ArrayList<>();
        int[] done = new int[3];
        int rows = 0;
        for (int i = 0; i < count; i++) {
            String ref = REF_PREFIX + seed + "-" + i;
            int kind = random.nextInt(10);
            if (kind == 0 || known.isEmpty()) {
                SampleOrders sample = new SampleOrders(random);
                Order inserted = database.write(connection -> {
                    Order order = sample.next(tables.mintId(connection, database.dialect()), ref);
                    tables.save(connection, order);
                    return order;
                });
                touched.add(inserted.id());
                done[0]++;
                rows += 1 + inserted.lines().size();
                continue;
            }
            long id = known.remove(random.nextInt(known.size()));
            int wrote = database.write(connection -> {
                Optional<Order> found = tables.find(connection, id);
                if (found.isEmpty()) {
                    return 0; // a client deleted it meanwhile
                }
                if (kind == 1) {
                    tables.delete(connection, id);
                    return 1 + found.get().lines().size();
                }
                Order changed = changed(found.get(), kind, ref, random);
                tables.save(connection, changed);
                return 1 + changed.lines().size();
            });
            if (wrote > 0) {
                touched.add(id);
                done[kind == 1 ? 2 : 1]++;
                rows += wrote;
            }
        }
        return new Touched(touched, done[1], done[0], done[2], rows);
    }

    private static Order changed(Order order, int kind, String ref, SplittableRandom random) {
        List<Line> lines = new ArrayList<>(order.lines());
        Status status = order.status();
        String note = order.note();
        if (kind < 5) {
            status = Status.values()[(status.ordinal() + 1) % Status.values().length];
        } else if (kind < 8) {
            note = note == null ? "checked by the nightly job" : null;
        } else {
            String sku = "sku-" + (FIRST_BATCH_ARTICLE + random.nextInt(MAX_ARTICLE - FIRST_BATCH_ARTICLE));
            lines.removeIf(line -> line.sku().equals(sku));
            lines.add(new Line(sku, 1 + random.nextInt(3), random.nextInt(5_000)));
        }
        return Order.asked(order.id(), order.customer(), status, order.createdAt(), note, lines, ref)
                .withVersion(order.version() + 1);
    }

    private static List<Long> ids(Connection connection, OrderTables tables) throws SQLException {
        List<Long> ids = new ArrayList<>();
        tables.list(connection, null, 0, Integer.MAX_VALUE).forEach(order -> ids.add(order.id()));
        return ids;
    }
}
