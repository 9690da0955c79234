package dev.bailey.datasync.store;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;

/** A JSONata expression over a JSON document, bounded in time and depth; the identity when there is none. Thread-safe. */
public final class JsonataTranslation {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final MathContext DIGITS = new MathContext(15);
    private static final long LONGEST_MS = 1_000;
    private static final int DEEPEST = 200;

    private final String name;
    private final Optional<String> expression;

    /**
     * @throws IllegalArgumentException when the expression cannot be parsed
     */
    public JsonataTranslation(String name, Optional<String> expression) {
        this.name = name;
        this.expression = expression;
        expression.ifPresent(this::parsed);
    }

    private Jsonata parsed(String text) {
        try {
            return Jsonata.jsonata(text);
        } catch (JException e) {
            throw new IllegalArgumentException(name + " is no JSONata: " + e.getMessage(), e);
        }
    }

    /** @throws StoreException when it fails on this document */
    public JsonNode apply(JsonNode document) throws StoreException {
        // Parsed each time: an expression object keeps the state of its evaluation.
        return new OneThread().apply(document);
    }

    /** The same, parsed once. For one thread at a time. */
    public OneThread forOneThread() {
        return new OneThread();
    }

    /** An expression that is parsed already. */
    public final class OneThread {

        private @Nullable Jsonata parsed;

        /** @throws StoreException when it fails on this document */
        public JsonNode apply(JsonNode document) throws StoreException {
            if (expression.isEmpty()) {
                return document;
            }
            try {
                Jsonata jsonata = parsed == null ? parsed(expression.get()) : parsed;
                parsed = null; // of one that failed nothing is known
                Jsonata.Frame frame = jsonata.createFrame();
                frame.setRuntimeBounds(LONGEST_MS, DEEPEST);
                @Nullable Object result = jsonata.evaluate(JSON.convertValue(document, Object.class), frame);
                parsed = jsonata;
                return rounded(JSON.valueToTree(result));
            } catch (JException e) {
                throw failed("JSONata error " + e.getError());
            } catch (RuntimeException | StackOverflowError e) {
                throw failed(e.getClass().getSimpleName());
            }
        }

        /** A message of JSONata's may hold values. */
        private StoreException failed(String why) {
            return new StoreException(name + " fails on a document (" + why + "); try the expression on one");
        }
    }

    /** What JSONata computed, to the 15 digits it prints; a number it only passed on is no double and keeps all its own. */
    private static JsonNode rounded(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                object.properties().forEach(member -> member.setValue(rounded(member.getValue())));
                yield object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, rounded(array.get(i)));
                }
                yield array;
            }
            case DoubleNode number
            when Double.isFinite(number.doubleValue()) ->
                DecimalNode.valueOf(new BigDecimal(number.doubleValue(), DIGITS));
            default -> node;
        };
    }
}
