package dev.bailey.examples.orders.migration;

import static com.dashjoin.jsonata.Jsonata.jsonata;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.examples.orders.legacy.LegacyContract;
import dev.bailey.examples.orders.modern.ModernContract;
import dev.bailey.examples.orders.service.Order;
import dev.bailey.examples.orders.service.SampleOrders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TranslationTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String REQUEST = OrdersFile.text("slices", "orders", "translate", "modern", "request", "body");
    private static final String RESPONSE =
            OrdersFile.text("slices", "orders", "translate", "modern", "response", "body");
    private static final String LIST_RESPONSE =
            OrdersFile.text("slices", "orders", "routes", 4, "translate", "modern", "response", "body");

    @Test
    void createsAreTranslatedLikeWholeDocuments() {
        assertThat(OrdersFile.text("slices", "orders", "routes", 3, "translate", "modern", "request", "body"))
                .isEqualTo(REQUEST);
        assertThat(OrdersFile.text("slices", "orders", "routes", 3, "translate", "modern", "response", "body"))
                .isEqualTo(RESPONSE);
    }

    private final LegacyContract legacy = new LegacyContract();
    private final ModernContract modern = new ModernContract();
    private final SampleOrders sample = new SampleOrders(new SplittableRandom(11));

    @Test
    void requestsMeanTheSameToModernAsToLegacy() {
        for (int id = 1; id <= 500; id++) {
            Order order = sample.next(id, id % 3 == 0 ? null : "ref-" + id);
            ObjectNode asked = legacy.write(order);

            JsonNode translated = translate(REQUEST, asked);

            assertThat(modern.read(translated)).isEqualTo(legacy.read(asked));
            assertThat(translated.has("remark")).isEqualTo(order.note() != null);
        }
    }

    @Test
    void answersOfModernReadExactlyLikeLegacys() {
        for (int id = 1; id <= 500; id++) {
            Order order =
                    sample.next(id * 1_000L, id % 3 == 0 ? null : "ref-" + id).withVersion(id);

            JsonNode translated = translate(RESPONSE, modern.write(order));

            assertThat(translated).isEqualTo(asSent(legacy.write(order)));
        }
    }

    @Test
    void thereAndBackIsTheIdentity() {
        for (int id = 1; id <= 500; id++) {
            Order order = sample.next(id, "ref-" + id);
            ObjectNode document = legacy.write(order);

            ObjectNode there = (ObjectNode) translate(REQUEST, document);
            there.put("total", order.totalCents() / 100.0).put("revision", order.version());

            assertThat(translate(RESPONSE, there)).isEqualTo(asSent(document));
        }
    }

    @Test
    void everyPriceSurvivesAsADecimal() {
        for (int cents = 0; cents < 30_000; cents += 7) {
            String price = "{\"items\": [lines.{\"unitPrice\": cents / 100}]}";
            JsonNode there = translate(price, JSON.readTree("{\"lines\": [{\"cents\": " + cents + "}]}"));
            JsonNode back = translate("{\"lines\": [items.{\"cents\": $round(unitPrice * 100)}]}", there);

            assertThat(there.at("/items/0/unitPrice").decimalValue().scale()).isLessThanOrEqualTo(2);
            assertThat(back.at("/lines/0/cents").asLong()).isEqualTo(cents);
        }
    }

    @Test
    void anIdGivenAsTextGetsItsPrefix() {
        ObjectNode asked = legacy.write(sample.next(0, "r")).put("id", "10001");

        assertThat(translate(REQUEST, asked).path("orderId").asString()).isEqualTo("ord_000000010001");
    }

    @Test
    void createsWithoutAnIdStayWithoutOne() {
        ObjectNode asked = legacy.write(sample.next(0, "r"));
        asked.remove(List.of("id", "note", "ref"));

        JsonNode translated = translate(REQUEST, asked);

        assertThat(translated.propertyNames()).doesNotContain("orderId", "remark", "ref");
        assertThat(modern.read(translated)).isEqualTo(legacy.read(asked));
    }

    @Test
    void listsReadExactlyLikeLegacys() {
        List<Order> orders = new ArrayList<>();
        for (int count = 0; count < 4; count++) {
            if (count > 0) {
                orders.add(sample.next(count, null));
            }
            assertThat(translate(LIST_RESPONSE, modern.writeList(orders, count == 3)))
                    .isEqualTo(asSent(legacy.writeList(orders, count == 3)));
        }
    }

    /** As a client reads it: numbers in the smallest form they fit in. */
    private static JsonNode asSent(JsonNode document) {
        return JSON.readTree(JSON.writeValueAsString(document));
    }

    private static JsonNode translate(String expression, JsonNode document) {
        Map<?, ?> input = Objects.requireNonNull(JSON.readValue(JSON.writeValueAsString(document), Map.class));
        Object output = jsonata(expression).evaluate(input);
        return asSent(JSON.valueToTree(output));
    }
}
