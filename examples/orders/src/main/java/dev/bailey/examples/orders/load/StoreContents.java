package dev.bailey.examples.orders.load;

import dev.bailey.examples.orders.service.Order;
import java.util.Map;

/**
 * Everything one service's database holds, in comparable form.
 *
 * @param orders by id
 * @param applied by operation reference: how often the service really applied it, by order
 */
public record StoreContents(Map<Long, Order> orders, Map<String, Map<Long, Integer>> applied) {

    public StoreContents {
        orders = Map.copyOf(orders);
        applied = Map.copyOf(applied);
    }

    /** How often an operation was applied here, to whichever orders. */
    public int timesApplied(String ref) {
        return applied.getOrDefault(ref, Map.of()).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
