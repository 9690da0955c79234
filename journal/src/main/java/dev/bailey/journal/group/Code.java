package dev.bailey.journal.group;

import dev.bailey.journal.JournalException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.RecordState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How values are written in the tables: fixed numbers, never the order of an enum. */
public final class Code {

    private static final long NANOS = 1_000_000_000L;
    private static final Instant FIRST = Instant.ofEpochSecond(0, Long.MIN_VALUE);
    private static final Instant LAST = Instant.ofEpochSecond(0, Long.MAX_VALUE);

    private Code() {}

    public static int of(RecordState state) {
        return switch (state) {
            case INTENT -> 0;
            case APPLIED -> 1;
            case REJECTED -> 2;
            case UNKNOWN -> 3;
            case DELIVERED -> 4;
            case PARKED -> 5;
        };
    }

    public static RecordState state(int code) {
        return switch (code) {
            case 0 -> RecordState.INTENT;
            case 1 -> RecordState.APPLIED;
            case 2 -> RecordState.REJECTED;
            case 3 -> RecordState.UNKNOWN;
            case 4 -> RecordState.DELIVERED;
            case 5 -> RecordState.PARKED;
            default ->
                throw new JournalException("record state " + code + " (expected 0 to 5): the journal is damaged");
        };
    }

    public static int of(Side side) {
        return switch (side) {
            case LEGACY -> 0;
            case MODERN -> 1;
        };
    }

    public static Side side(int code) {
        return switch (code) {
            case 0 -> Side.LEGACY;
            case 1 -> Side.MODERN;
            default -> throw new JournalException("side " + code + " (expected 0 or 1): the journal is damaged");
        };
    }

    /** Nanoseconds since 1970; moments outside of 1677 to 2262 count as the nearest of those. */
    public static long of(Instant moment) {
        if (moment.isBefore(FIRST)) {
            return Long.MIN_VALUE;
        }
        if (moment.isAfter(LAST)) {
            return Long.MAX_VALUE;
        }
        return Math.addExact(Math.multiplyExact(moment.getEpochSecond() + 1, NANOS), moment.getNano() - NANOS);
    }

    public static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    public static byte[] of(List<Header> headers) {
        List<byte[]> parts = new ArrayList<>(headers.size() * 2);
        int bytes = 0;
        for (Header header : headers) {
            for (String text : List.of(header.name(), header.value())) {
                byte[] part = text.getBytes(StandardCharsets.UTF_8);
                parts.add(part);
                bytes += Integer.BYTES + part.length;
            }
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        for (byte[] part : parts) {
            buffer.putInt(part.length).put(part);
        }
        return buffer.array();
    }

    public static List<Header> headers(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        List<Header> headers = new ArrayList<>();
        while (buffer.hasRemaining()) {
            headers.add(new Header(text(buffer), text(buffer)));
        }
        return headers;
    }

    private static String text(ByteBuffer buffer) {
        byte[] part = new byte[buffer.getInt()];
        buffer.get(part);
        return new String(part, StandardCharsets.UTF_8);
    }
}
