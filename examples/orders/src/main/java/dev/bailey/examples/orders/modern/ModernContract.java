package dev.bailey.examples.orders.modern;

import dev.bailey.examples.orders.service.BodyReader;
import dev.bailey.examples.orders.service.Line;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.OrderContract;
import dev.bailey.examples.orders.service.Status;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v2/orders}: ids like {@code ord_000000000123}, decimals, and nothing where there is nothing to say. */
public final class ModernContract implements OrderContract {

    private static final String PREFIX = "ord_";
    private static final int ID_DIGITS = 12;

    static String state(Status status) {
        return switch (status) {
            case NEW -> "open";
            case PAID -> "paid";
            case SHIPPED -> "in_transit";
            case CANCELLED -> "cancelled";
        };
    }

    static Status status(String state) {
        return switch (state) {
            case "open" -> Status.NEW;
            case "paid" -> Status.PAID;
            case "in_transit" -> Status.SHIPPED;
            case "cancelled" -> Status.CANCELLED;
            default ->
                throw new IllegalArgumentException(
                        "state is " + state + " (expected open, paid, in_transit or cancelled)");
        };
    }

    static long cents(BigDecimal amount) {
        try {
            return amount.movePointRight(2).longValueExact();
        } catch (ArithmeticException fraction) {
            throw new IllegalArgumentException("amount " + amount + " (expected two decimal places)", fraction);
        }
    }

    @Override
    public String path() {
        return "/v2/orders";
    }

    @Override
    public String id(long id) {
        return PREFIX + "%012d".formatted(id);
    }

    /** The bare number counts too, so that a page begun at the other service can be gone on with here. */
    @Override
    public OptionalLong parseId(String text) {
        String digits = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        boolean number = !digits.isEmpty()
                && digits.length() <= ID_DIGITS
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return number ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }

    @Override
    public Order read(JsonNode body) {
        List<Line> lines = new ArrayList<>();
        for (JsonNode item : BodyReader.array(body, "items")) {
            lines.add(new Line(
                    BodyReader.text(item, "article"),
                    BodyReader.count(item, "quantity"),
                    price(item.path("unitPrice"))));
        }
        String id = BodyReader.optionalText(body, "orderId");
        return Order.asked(
                id == null
                        ? 0
                        : parseId(id)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "orderId is " + id + " (expected an id like " + id(123) + ")")),
                BodyReader.text(body, "customerId"),
                status(BodyReader.text(body, "state")),
                BodyReader.instant("placedAt", BodyReader.text(body, "placedAt")),
                BodyReader.optionalText(body, "remark"),
                lines,
                BodyReader.optionalText(body, "ref"));
    }

    private static long price(JsonNode price) {
        if (!price.isNumber()) {
            throw new IllegalArgumentException("unitPrice is missing (expected a decimal)");
        }
        return cents(price.decimalValue());
    }

    @Override
    public ObjectNode write(Order order) {
        ObjectNode document = JsonMapper.shared()
                .createObjectNode()
                .put("orderId", id(order.id()))
                .put("customerId", order.customer())
                .put("state", state(order.status()))
                .put("placedAt", order.createdAt().toString());
        if (order.note() != null) {
            document.put("remark", order.note());
        }
        ArrayNode items = document.putArray("items");
        for (Line line : order.lines()) {
            items.addObject()
                    .put("article", line.sku())
                    .put("quantity", line.qty())
                    .put("unitPrice", BigDecimal.valueOf(line.cents(), 2));
        }
        document.put("total", BigDecimal.valueOf(order.totalCents(), 2));
        if (order.ref() != null) {
            document.put("ref", order.ref());
        }
        return document.put("revision", order.version());
    }

    @Override
    public ObjectNode writeList(List<Order> orders, boolean more) {
        ObjectNode page = JsonMapper.shared().createObjectNode();
        ArrayNode array = page.putArray("items");
        orders.forEach(order -> array.add(write(order)));
        return more ? page.put("next", id(orders.getLast().id())) : page;
    }
}
