package dev.bailey.datasync.store.sql;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Values of PostgreSQL's types, as text: those known to be trouble, and random ones around them. */
final class OddValues {

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "  padded  ",
            "it's",
            "\"quoted\"",
            "back\\slash \\u0041 \\n",
            "a\tb\nc\rd",
            "\u0001\u0002\u001b\u007f",
            "\u001f",
            "a\u001f5:totaln1\u001f",
            "äöü ß €",
            "😀🇩🇪",
            "e\u0301 é",
            "\u2028\u2029\ufeff",
            "\uffee\ufffd",
            "null",
            "NaN",
            "true",
            "1",
            "1.10",
            "-0",
            "2026-11-20T10:00:00Z",
            "2026-11-20 10:00:00",
            "infinity",
            "x".repeat(700));

    private final Random random;

    OddValues(Random random) {
        this.random = random;
    }

    static List<String> of(String type) {
        return switch (type) {
            case "smallint" -> List.of("0", "-1", "32767", "-32768");
            case "integer" -> List.of("0", "-1", "2147483647", "-2147483648", "1000");
            case "bigint" -> List.of("0", "-1", "9223372036854775807", "-9223372036854775808", "10");
            case "numeric(20,4)" ->
                List.of("0", "-0.0000", "10.1", "10.1000", "-0.5", "1234567890123456.7890", "100", "0.0001");
            case "numeric" ->
                List.of(
                        "0",
                        "0.000",
                        "-0.0",
                        "10",
                        "1000000",
                        "10.10",
                        "10.100000",
                        "1e30",
                        "1e-30",
                        "-1.50e2",
                        "0.1",
                        "123456789012345678901234567890.123456789012345678901234567890",
                        "1e400",
                        "1e-400",
                        "99.00");
            case "uuid" -> List.of("00000000-0000-0000-0000-000000000000", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11");
            case "boolean" -> List.of("true", "false");
            case "bytea" ->
                List.of("\\x", "\\x00", "\\xff", "\\x001f0a0d22", "\\x" + "ab".repeat(100), "\\x" + "00ff".repeat(57));
            case "date" -> List.of("2026-11-20", "0001-01-01", "9999-12-30", "infinity", "-infinity", "1900-02-28");
            case "timestamp" ->
                List.of(
                        "2026-11-20 10:00:00",
                        "2026-11-20 10:00:00.5",
                        "2026-11-20 10:00:00.123456",
                        "2026-11-20 10:00:00.000001",
                        "2026-11-20 00:00:00",
                        "2026-11-20 23:59:59.999999",
                        "0001-01-01 00:00:00",
                        "9999-12-30 23:59:59",
                        "1582-10-10 12:00:00",
                        "infinity",
                        "-infinity",
                        "2026-03-29 02:30:00",
                        "1969-12-31 23:59:59.999999");
            case "timestamptz", "timestamptz(0)" ->
                List.of(
                        "2026-11-20 10:00:00Z",
                        "2026-11-20 10:00:00.5+02",
                        "2026-11-20 10:00:00.123456-11:30",
                        "2026-11-20 10:00:00.100000Z",
                        "0001-01-03 00:00:00Z",
                        "9999-12-29 23:59:59Z",
                        "1582-10-10 12:00:00Z",
                        "infinity",
                        "-infinity",
                        "2026-03-29 02:30:00Z",
                        "1890-06-01 00:00:00Z");
            case "state" -> List.of("new", "it's \"paid\"", "ünder way");
            case "name" ->
                TEXTS.stream()
                        .map(text -> text.length() > 40 ? text.substring(0, 40) : text)
                        .toList();
            default -> TEXTS;
        };
    }

    /** Null, one of those above, or a random one. */
    @Nullable
    String next(String type) {
        int choice = random.nextInt(10);
        if (choice == 0) {
            return null;
        }
        List<String> odd = of(type);
        if (choice < 5) {
            return odd.get(random.nextInt(odd.size()));
        }
        return switch (type) {
            case "smallint" -> Integer.toString(random.nextInt(-32768, 32768));
            case "integer" -> Integer.toString(random.nextInt());
            case "bigint" -> Long.toString(random.nextLong());
            case "numeric(20,4)" -> decimal(12, 4);
            case "numeric" -> decimal(1 + random.nextInt(30), random.nextInt(30));
            case "uuid" -> new java.util.UUID(random.nextLong(), random.nextLong()).toString();
            case "boolean" -> Boolean.toString(random.nextBoolean());
            case "bytea" -> {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                yield "\\x" + java.util.HexFormat.of().formatHex(bytes);
            }
            case "date" -> day();
            case "timestamp" -> day() + " " + time();
            case "timestamptz", "timestamptz(0)" -> day() + " " + time() + "Z";
            case "state" -> odd.get(random.nextInt(odd.size()));
            case "name" -> text(20);
            default -> text(random.nextInt(60));
        };
    }

    private String decimal(int before, int after) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
        for (int i = 0; i < before; i++) {
            text.append(random.nextInt(10));
        }
        text.append('.');
        for (int i = 0; i < after; i++) {
            text.append(random.nextInt(3) == 0 ? random.nextInt(10) : 0);
        }
        return text.append('0').toString();
    }

    private String day() {
        return String.format("%04d-%02d-%02d", random.nextInt(2, 9999), random.nextInt(1, 13), random.nextInt(1, 29));
    }

    private String time() {
        return String.format(
                "%02d:%02d:%02d.%06d",
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60),
                random.nextBoolean() ? 0 : random.nextInt(1_000_000));
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int plane = random.nextInt(4);
            int point = switch (plane) {
                case 0 -> random.nextInt(1, 0x80);
                case 1 -> random.nextInt(0x80, 0x800);
                case 2 -> random.nextInt(0x800, 0xd800);
                default -> random.nextInt(0x10000, 0x10ffff);
            };
            text.appendCodePoint(point);
        }
        return text.toString();
    }
}
