package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.ByteWriter;

/**
 * How much of a request's own time is left, and how that is told and read in a header: {@code X-Bailey-Timeout-Ms} in whole
 * milliseconds, and {@code grpc-timeout} as the gRPC protocol over HTTP/2 has it (at most eight digits and a unit). Pure; times are
 * in nanoseconds. A caller may shorten a request's time, never lengthen it.
 */
public final class Deadlines {

    /** What a header that is absent or cannot be read says. */
    public static final long UNSAID = -1;

    private static final long MILLI = 1_000_000L;
    private static final int MAX_DIGITS = 9;
    private static final int MAX_GRPC_DIGITS = 8;
    private static final long MAX_GRPC_NUMBER = 99_999_999;

    private static final byte[] UNITS = {'n', 'u', 'm', 'S', 'M', 'H'};

    private Deadlines() {}

    /**
     * The time a request has.
     *
     * @param usualNanos as declared for its slice
     * @param saidNanos as its caller said, or {@link #UNSAID}
     */
    public static long budget(long usualNanos, long saidNanos) {
        return saidNanos == UNSAID ? usualNanos : Math.min(usualNanos, saidNanos);
    }

    /** What is left of it; zero or less when it is over. */
    public static long left(long startedNanos, long budgetNanos, long nowNanos) {
        return budgetNanos - (nowNanos - startedNanos);
    }

    /** Reads a value of {@code X-Bailey-Timeout-Ms}: one to nine digits. */
    public static long millis(byte[] bytes, int from, int to) {
        long number = number(bytes, from, to, MAX_DIGITS);
        return number < 0 ? UNSAID : number * MILLI;
    }

    /** Writes the digits, rounded down, so that the next one gives up before we do; never zero, which could be read as no limit. */
    public static void millis(ByteWriter out, long leftNanos) {
        out.decimal(Math.max(1, leftNanos / MILLI));
    }

    /** Reads a value of {@code grpc-timeout}. */
    public static long grpc(byte[] bytes, int from, int to) {
        if (to <= from) {
            return UNSAID;
        }
        long number = number(bytes, from, to - 1, MAX_GRPC_DIGITS);
        long unit = unit(bytes[to - 1]);
        if (number < 0 || unit == 0) {
            return UNSAID;
        }
        return number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
    }

    private static long unit(byte letter) {
        return switch (letter) {
            case 'n' -> 1;
            case 'u' -> 1_000;
            case 'm' -> MILLI;
            case 'S' -> 1_000 * MILLI;
            case 'M' -> 60_000 * MILLI;
            case 'H' -> 3_600_000 * MILLI;
            default -> 0;
        };
    }

    /** Writes the value in the finest unit whose number fits, rounded down. */
    public static void grpc(ByteWriter out, long leftNanos) {
        long left = Math.max(1, leftNanos);
        int at = 0;
        while (left / unit(UNITS[at]) > MAX_GRPC_NUMBER) { // a long is never so many hours
            at++;
        }
        out.decimal(left / unit(UNITS[at])).bytes(UNITS, at, at + 1);
    }

    private static long number(byte[] bytes, int from, int to, int maxDigits) {
        if (to <= from || to - from > maxDigits) {
            return -1;
        }
        long number = 0;
        for (int at = from; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
