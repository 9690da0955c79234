package dev.bailey.examples.orders.service;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Takes members out of a JSON body, or says which one is wrong and what was expected. */
public final class BodyReader {

    private BodyReader() {}

    public static String text(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isString() || value.stringValue().isEmpty()) {
            throw new IllegalArgumentException(name + " is missing (expected text)");
        }
        return value.stringValue();
    }

    public static @Nullable String optionalText(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new IllegalArgumentException(name + " is no text (expected text, or nothing)");
        }
        return value.stringValue();
    }

    /** A whole number; one written as a decimal with nothing behind the point counts. */
    public static long whole(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isNumber()) {
            throw new IllegalArgumentException(name + " is missing (expected a whole number)");
        }
        try {
            return value.decimalValue().longValueExact();
        } catch (ArithmeticException fraction) {
            throw new IllegalArgumentException(name + " is " + value + " (expected a whole number)", fraction);
        }
    }

    public static int count(JsonNode body, String name) {
        return Math.toIntExact(whole(body, name));
    }

    /** An ISO-8601 instant, cut to whole seconds. */
    public static Instant instant(String name, String text) {
        try {
            return Instant.parse(text).truncatedTo(ChronoUnit.SECONDS);
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException(name + " is " + text + " (expected a time)", wrong);
        }
    }

    public static JsonNode array(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isArray()) {
            throw new IllegalArgumentException(name + " is missing (expected an array)");
        }
        return value;
    }
}
