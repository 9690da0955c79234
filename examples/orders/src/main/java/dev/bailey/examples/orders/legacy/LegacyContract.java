package dev.bailey.examples.orders.legacy;

import dev.bailey.examples.orders.service.BodyReader;
import dev.bailey.examples.orders.service.Line;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.OrderContract;
import dev.bailey.examples.orders.service.Status;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/orders}: the contract clients speak. Times are UTC without saying so; what is missing is spelled out as null. */
public final class LegacyContract implements OrderContract {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final int MAX_ID_DIGITS = 12;

    static String time(Instant instant) {
        return TIME.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
    }

    static Instant time(String text) {
        try {
            return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException(
                    "createdAt is " + text + " (expected a time like 2026-11-20 10:15:30)", wrong);
        }
    }

    @Override
    public String path() {
        return "/api/orders";
    }

    @Override
    public String id(long id) {
        return Long.toString(id);
    }

    @Override
    public OptionalLong parseId(String text) {
        boolean digits = !text.isEmpty()
                && text.length() <= MAX_ID_DIGITS
                && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    @Override
    public Order read(JsonNode body) {
        List<Line> lines = new ArrayList<>();
        for (JsonNode line : BodyReader.array(body, "lines")) {
            lines.add(new Line(
                    BodyReader.text(line, "sku"), BodyReader.count(line, "qty"), BodyReader.whole(line, "cents")));
        }
        return Order.asked(
                id(body.path("id")),
                BodyReader.text(body, "customer"),
                status(BodyReader.text(body, "status")),
                time(BodyReader.text(body, "createdAt")),
                BodyReader.optionalText(body, "note"),
                lines,
                BodyReader.optionalText(body, "ref"));
    }

    private long id(JsonNode id) {
        if (id.isMissingNode() || id.isNull()) {
            return 0;
        }
        return parseId(id.asString())
                .orElseThrow(() -> new IllegalArgumentException("id is " + id + " (expected a number)"));
    }

    private static Status status(String code) {
        try {
            return Status.valueOf(code);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "status is " + code + " (expected NEW, PAID, SHIPPED or CANCELLED)", unknown);
        }
    }

    @Override
    public ObjectNode write(Order order) {
        ObjectNode document = JsonMapper.shared()
                .createObjectNode()
                .put("id", order.id())
                .put("customer", order.customer())
                .put("status", order.status().name())
                .put("createdAt", time(order.createdAt()))
                .put("note", order.note());
        ArrayNode lines = document.putArray("lines");
        for (Line line : order.lines()) {
            lines.addObject().put("sku", line.sku()).put("qty", line.qty()).put("cents", line.cents());
        }
        return document.put("totalCents", order.totalCents())
                .put("ref", order.ref())
                .put("version", order.version());
    }

    @Override
    public ObjectNode writeList(List<Order> orders, boolean more) {
        ObjectNode page = JsonMapper.shared().createObjectNode();
        ArrayNode array = page.putArray("orders");
        orders.forEach(order -> array.add(write(order)));
        if (more) {
            return page.put("next", orders.getLast().id());
        }
        page.putNull("next");
        return page;
    }
}
