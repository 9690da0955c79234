package dev.bailey.examples.orders.service;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An order as both services keep it, whatever their tables and contracts look like.
 *
 * @param id 0 while no id is minted
 * @param createdAt whole seconds
 * @param totalCents what the store holds; the services compute it from the lines
 * @param ref the last writer's reference, absent when it gave none
 * @param version writes this service has applied to the order
 */
public record Order(
        long id,
        String customer,
        Status status,
        Instant createdAt,
        @Nullable String note,
        List<Line> lines,
        long totalCents,
        @Nullable String ref,
        long version) {

    public Order {
        lines = List.copyOf(lines);
    }

    /** An order a client asks for: its total comes from its lines. */
    public static Order asked(
            long id,
            String customer,
            Status status,
            Instant createdAt,
            @Nullable String note,
            List<Line> lines,
            @Nullable String ref) {
        Set<String> skus = new HashSet<>();
        long total = 0;
        for (Line line : lines) {
            if (!skus.add(line.sku())) {
                throw new IllegalArgumentException("sku " + line.sku() + " stands twice (expected once an order)");
            }
            total = Math.addExact(total, Math.multiplyExact(line.cents(), line.qty()));
        }
        return new Order(id, customer, status, createdAt, note, lines, total, ref, 1);
    }

    public Order withId(long newId) {
        return new Order(newId, customer, status, createdAt, note, lines, totalCents, ref, version);
    }

    public Order withRef(@Nullable String newRef) {
        return new Order(id, customer, status, createdAt, note, lines, totalCents, newRef, version);
    }

    public Order withVersion(long newVersion) {
        return new Order(id, customer, status, createdAt, note, lines, totalCents, ref, newVersion);
    }

    /** Equal but for the version, which each service counts for itself. */
    public boolean sameContent(Order other) {
        return withVersion(0).equals(other.withVersion(0));
    }
}
