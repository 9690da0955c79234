package dev.bailey.datasync.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Which of two canonical values is the higher version: numbers by value, moments and times by time, other text by its letters. */
public final class Versions {

    private Versions() {}

    /** Whether the first is higher; never where one is absent or they are of two kinds. */
    public static boolean higher(@Nullable JsonNode a, @Nullable JsonNode b) {
        if (a == null || b == null) {
            return false;
        }
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue()) > 0;
        }
        if (!a.isString() || !b.isString()) {
            return false;
        }
        Instant left = time(a.stringValue());
        Instant right = time(b.stringValue());
        return left != null && right != null
                ? left.isAfter(right)
                : a.stringValue().compareTo(b.stringValue()) > 0;
    }

    private static @Nullable Instant time(String text) {
        try {
            return text.endsWith("Z")
                    ? Instant.parse(text)
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException noTime) {
            return null;
        }
    }
}
