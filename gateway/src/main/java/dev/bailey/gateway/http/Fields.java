package dev.bailey.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Header fields as the bytes they came in, each line ending with CR LF, with an index: for each field its {@link Known} number
 * and where its name and value stand. Immutable; values are ISO-8859-1 text without the white space around them.
 */
public abstract sealed class Fields permits RequestHead, AnswerHead, Trailers {

    static final int STRIDE = 5;

    private final byte[] bytes;
    private final char[] index;
    private final long present;

    /** @param present bits of the known fields that occur */
    Fields(byte[] bytes, char[] index, long present) {
        this.bytes = bytes;
        this.index = index;
        this.present = present;
    }

    /** The message's bytes; not to be changed. */
    public final byte[] bytes() {
        return bytes;
    }

    public final int count() {
        return index.length / STRIDE;
    }

    public final int known(int field) {
        return index[field * STRIDE];
    }

    public final int nameFrom(int field) {
        return index[field * STRIDE + 1];
    }

    public final int nameTo(int field) {
        return index[field * STRIDE + 2];
    }

    public final int valueFrom(int field) {
        return index[field * STRIDE + 3];
    }

    public final int valueTo(int field) {
        return index[field * STRIDE + 4];
    }

    /** Where the next field's line begins, or the empty line after the last. */
    public final int lineTo(int field) {
        int next = (field + 1) * STRIDE;
        return next < index.length ? index[next + 1] : bytes.length - 2;
    }

    /** Bits of the known fields that occur. */
    public final long present() {
        return present;
    }

    /** Whether {@code Connection} names fields beside the usual ones, so that each must be asked {@link #isHopByHop}. */
    public final boolean namesHopByHop() {
        return (present & FieldReader.CONNECTION_NAMES_OTHERS) != 0;
    }

    public final boolean has(int known) {
        return (present & Known.bit(known)) != 0;
    }

    /** The first field with this number, from {@code from} on; -1 when there is none. */
    public final int find(int known, int from) {
        if (!has(known)) {
            return -1;
        }
        for (int at = from * STRIDE; at < index.length; at += STRIDE) {
            if (index[at] == known) {
                return at / STRIDE;
            }
        }
        return -1;
    }

    /** The first field with this name in any case; -1 when there is none. */
    public final int find(String name) {
        int length = name.length();
        for (int field = 0; field < count(); field++) {
            if (nameTo(field) - nameFrom(field) == length && isNamed(field, name)) {
                return field;
            }
        }
        return -1;
    }

    private boolean isNamed(int field, String name) {
        int from = nameFrom(field);
        if (nameTo(field) - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c > 0x7f || Ascii.lower((byte) c) != Ascii.lower(bytes[from + i])) {
                return false;
            }
        }
        return true;
    }

    public final String name(int field) {
        return Ascii.text(bytes, nameFrom(field), nameTo(field));
    }

    public final String value(int field) {
        return Ascii.text(bytes, valueFrom(field), valueTo(field));
    }

    /** The first value of a field; null when there is none. */
    public final @Nullable String first(String name) {
        int field = find(name);
        return field < 0 ? null : value(field);
    }

    /** Every value of a field, in their order. */
    public final List<String> all(String name) {
        List<String> all = new ArrayList<>();
        for (int field = 0; field < count(); field++) {
            if (isNamed(field, name)) {
                all.add(value(field));
            }
        }
        return all;
    }

    /** The first value of a known field; null when there is none. */
    public final @Nullable String first(int known) {
        int field = find(known, 0);
        return field < 0 ? null : value(field);
    }

    /** All values of a known field as one list, joined by commas; empty when there is none. */
    public final String joined(int known) {
        StringBuilder all = new StringBuilder();
        for (int field = find(known, 0); field >= 0; field = find(known, field + 1)) {
            if (!all.isEmpty()) {
                all.append(", ");
            }
            all.append(value(field));
        }
        return all.toString();
    }

    /** Whether one of the comma-separated values of a known field is this token, in any case. */
    public final boolean hasToken(int known, String lower) {
        for (int field = find(known, 0); field >= 0; field = find(known, field + 1)) {
            for (String token : value(field).split(",", -1)) {
                if (token.strip().toLowerCase(Locale.ROOT).equals(lower)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Every field, in order. */
    public final void forEach(BiConsumer<String, String> field) {
        for (int i = 0; i < count(); i++) {
            field.accept(name(i), value(i));
        }
    }

    /**
     * Copies the lines of the fields that go on: all but those that are of this connection only and those named by {@code drop}.
     *
     * @param drop bits of known fields that stay behind
     */
    public final void copyTo(ByteWriter out, long drop) {
        int count = count();
        if (count == 0) {
            return;
        }
        long left = drop | Known.HOP_BY_HOP;
        if ((present & left) == 0 && !namesHopByHop()) {
            out.bytes(bytes, nameFrom(0), bytes.length - 2);
            return;
        }
        int run = nameFrom(0);
        boolean ask = namesHopByHop();
        for (int field = 0; field < count; field++) {
            int known = known(field);
            boolean drops = known == Known.OTHER
                    ? ask && isHopByHop(field)
                    : (left & Known.bit(known)) != 0 || (ask && isHopByHop(field));
            if (drops) {
                out.bytes(bytes, run, nameFrom(field));
                run = lineTo(field);
            }
        }
        out.bytes(bytes, run, bytes.length - 2);
    }

    /** As {@link #copyTo(ByteWriter, long)}, also without the fields of one more name. */
    public final void copyTo(ByteWriter out, long drop, @Nullable String name) {
        if (name == null || find(name) < 0) {
            copyTo(out, drop);
            return;
        }
        for (int field = 0; field < count(); field++) {
            int known = known(field);
            boolean drops = isNamed(field, name)
                    || isHopByHop(field)
                    || (known != Known.OTHER && (drop & Known.bit(known)) != 0);
            if (!drops) {
                out.bytes(bytes, nameFrom(field), lineTo(field));
            }
        }
    }

    /**
     * Whether a field is of this connection only: hop-by-hop by definition, or named by {@code Connection}. Framing and
     * {@code Host} are never the sender's to drop: the message would be read differently at the next hop.
     */
    public final boolean isHopByHop(int field) {
        int known = known(field);
        if ((Known.HOP_BY_HOP & Known.bit(known)) != 0 && known != Known.OTHER) {
            return true;
        }
        return (present & FieldReader.CONNECTION_NAMES_OTHERS) != 0
                && known != Known.CONTENT_LENGTH
                && known != Known.HOST
                && hasToken(Known.CONNECTION, name(field).toLowerCase(Locale.ROOT));
    }
}
