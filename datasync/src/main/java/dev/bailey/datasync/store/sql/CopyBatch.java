package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.FlatRow;
import dev.bailey.datasync.store.FlatRow.Kind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows in PostgreSQL's {@code COPY} text format, with their keys; bounded by whoever adds. Not thread-safe. */
final class CopyBatch {

    private static final int MOST_BYTES = 2 << 20;
    private static final int MOST_ROWS = 20_000;

    /**
     * A column of the batch.
     *
     * @param field which of the row's fields goes in; −1 for one that rows do not have
     * @param binary whether the field is base64 for bytes
     */
    record Slot(int field, boolean binary) {}

    private final List<Slot> slots;
    private final List<EntityKey> keys = new ArrayList<>();
    private final Kind[] kinds;
    private byte[] bytes = new byte[1 << 16];
    private int[] ends = new int[1 << 10];
    private int length;

    CopyBatch(List<Slot> slots) {
        this.slots = List.copyOf(slots);
        this.kinds = new Kind[slots.size()];
        clear();
    }

    void clear() {
        keys.clear();
        length = 0;
        Arrays.fill(kinds, Kind.ABSENT);
    }

    int rows() {
        return keys.size();
    }

    boolean isFull() {
        return length >= MOST_BYTES || keys.size() >= MOST_ROWS;
    }

    List<EntityKey> keys(int from, int to) {
        return keys.subList(from, to);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where a row begins. */
    int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    /** The kind of the column's first value; {@code ABSENT} while there was none. */
    Kind kind(int column) {
        return kinds[column];
    }

    void add(FlatRow row) throws StoreException {
        keys.add(row.key());
        for (int column = 0; column < slots.size(); column++) {
            if (column > 0) {
                put((byte) '\t');
            }
            Slot slot = slots.get(column);
            Kind kind = slot.field < 0 ? Kind.ABSENT : row.kind(slot.field);
            if (kinds[column] == Kind.ABSENT) {
                kinds[column] = kind;
            }
            if (kind == Kind.ABSENT) {
                put((byte) '\\');
                put((byte) 'N');
            } else {
                value(row.text(slot.field), slot.binary);
            }
        }
        put((byte) '\n');
        if (keys.size() > ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        ends[keys.size() - 1] = length;
    }

    private void value(String text, boolean binary) {
        byte @Nullable [] decoded = binary ? base64(text) : null;
        if (decoded == null) {
            escaped(text.getBytes(StandardCharsets.UTF_8));
        } else {
            escaped(("\\x" + HexFormat.of().formatHex(decoded)).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte @Nullable [] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBinary) {
            return null;
        }
    }

    private void escaped(byte[] text) {
        room(2 * text.length);
        for (byte b : text) {
            switch (b) {
                case '\\' -> escape('\\');
                case '\t' -> escape('t');
                case '\n' -> escape('n');
                case '\r' -> escape('r');
                default -> bytes[length++] = b;
            }
        }
    }

    private void escape(char letter) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) letter;
    }

    private void put(byte b) {
        room(1);
        bytes[length++] = b;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
