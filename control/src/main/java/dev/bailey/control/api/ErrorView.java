package dev.bailey.control.api;

import java.util.List;

/**
 * Body of every answer that is not 2xx.
 *
 * @param error a stable code, such as {@code stale-epoch}
 * @param message value and expectation
 * @param remedy what to do
 * @param gates the readings that refused, for {@code gates}
 */
public record ErrorView(String error, String message, String remedy, List<GateView> gates) {
    public ErrorView {
        gates = List.copyOf(gates);
    }
}
