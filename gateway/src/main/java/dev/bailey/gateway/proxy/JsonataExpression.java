package dev.bailey.gateway.proxy;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.Fn1;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One compiled JSONata expression. Numbers that pass unchanged keep every digit ({@code 10.10} stays {@code 10.10}, large
 * integers stay whole); arithmetic is IEEE double as JSONata defines it, its results rounded to 15 significant digits as
 * JSONata prints them. An instance evaluates one document at a time, for a bounded time and depth. Thread-safe.
 */
final class JsonataExpression {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private static final long MAX_MILLIS = 250;
    private static final int MAX_DEPTH = 200;
    private static final int MAX_INSTANCES = 16;
    private static final int MAX_NUMBER_LENGTH = 64;
    private static final MathContext DOUBLE_DIGITS = new MathContext(15);

    private final String where;
    private final String expression;
    private final Queue<Jsonata> idle = new ArrayBlockingQueue<>(MAX_INSTANCES);

    private JsonataExpression(String where, String expression) {
        this.where = where;
        this.expression = expression;
    }

    /**
     * @param where slice, route and direction, for messages
     * @throws IllegalArgumentException when it does not compile
     */
    static JsonataExpression compile(String where, String expression) {
        try {
            Jsonata.jsonata(expression);
        } catch (JException wrong) {
            throw new IllegalArgumentException(
                    where + ": at character " + wrong.getLocation() + " of the expression: " + wrong.getMessage(),
                    wrong);
        }
        return new JsonataExpression(where, expression);
    }

    byte[] turn(byte[] document, Map<String, String> variables) throws TranslationException {
        Object input;
        try {
            input = JSON.readValue(document, Object.class);
        } catch (JacksonException notJson) {
            throw new TranslationException(where + ": the document is not JSON", withoutContent(notJson));
        }
        Jsonata pooled = idle.poll();
        try {
            Jsonata jsonata = pooled == null ? Jsonata.jsonata(expression) : pooled;
            Jsonata.Frame frame = jsonata.createFrame();
            frame.setRuntimeBounds(MAX_MILLIS, MAX_DEPTH);
            variables.forEach(frame::bind);
            Fn1<Object, @Nullable Object> number = JsonataExpression::exactNumber;
            frame.bind("number", number);
            Object result = jsonata.evaluate(input, frame);
            idle.offer(jsonata); // one that failed is not used again
            if (result == null) {
                throw new TranslationException(where + ": the expression gave nothing for this document");
            }
            return JSON.writeValueAsBytes(exact(result));
        } catch (JException failed) {
            throw new TranslationException(
                    where + ": the expression failed at character " + failed.getLocation() + " (" + failed.getError()
                            + ")",
                    new IllegalArgumentException(failed.getError()));
        } catch (TranslationException told) {
            throw told;
        } catch (RuntimeException | StackOverflowError failed) {
            throw new TranslationException(
                    where + ": the expression failed (" + failed.getClass().getSimpleName() + ")",
                    new IllegalArgumentException(failed.getClass().getName()));
        }
    }

    /** Parsers quote what they read; a message must not. */
    private static Exception withoutContent(JacksonException cause) {
        return new IllegalArgumentException(cause.getClass().getSimpleName());
    }

    /** {@code $number} that keeps what is exact. */
    private static @Nullable Object exactNumber(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Number number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case String text -> parsed(text);
            default -> throw new JException("D3030", -1);
        };
    }

    private static Number parsed(String text) {
        if (text.length() > MAX_NUMBER_LENGTH || !text.matches("-?[0-9]+(\\.[0-9]+)?([Ee][-+]?[0-9]{1,3})?")) {
            throw new JException("D3030", -1);
        }
        BigDecimal exact = new BigDecimal(text);
        if (text.matches("-?[0-9]+")) {
            BigInteger whole = exact.toBigIntegerExact();
            return whole.bitLength() < 32
                    ? (Number) whole.intValue()
                    : whole.bitLength() < 64 ? (Number) whole.longValue() : whole;
        }
        return exact;
    }

    private static @Nullable Object exact(@Nullable Object value) {
        if (value == null || Jsonata.NULL_VALUE.equals(value)) {
            return null;
        }
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> turned = new LinkedHashMap<>();
                map.forEach((name, inner) -> turned.put(String.valueOf(name), exact(inner)));
                yield turned;
            }
            case List<?> list -> {
                List<@Nullable Object> turned = new ArrayList<>(list.size());
                list.forEach(inner -> turned.add(exact(inner)));
                yield turned;
            }
            case Double number -> rounded(number);
            case String text -> text;
            case Number number -> number;
            case Boolean flag -> flag;
            default -> throw new IllegalArgumentException("the expression gave a function");
        };
    }

    private static Number rounded(double number) {
        BigDecimal exact = new BigDecimal(number).round(DOUBLE_DIGITS).stripTrailingZeros();
        return exact.scale() <= 0 ? exact.toBigInteger() : exact;
    }
}
