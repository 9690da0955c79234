package dev.bailey.datasync.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bytes of a canonical document that are hashed: a spelling that SQL makes of columns as cheaply as Java makes it of
 * documents, and that no two documents share. Each member, in the order of names: the name's length in bytes, a colon, the
 * name, a letter for the kind of value, the value, and {@link #END}.
 *
 * <ul>
 *   <li>{@code n} number, {@code s} text without an {@link #END} in it: the value as it is
 *   <li>{@code t}, {@code f}: true and false, nothing behind them
 *   <li>{@code x} text with an {@link #END} in it, {@code j} object or array as canonical JSON: length in bytes, a colon, the
 *       value
 * </ul>
 */
public final class RowText {

    /** The unit separator of ASCII: ends every member. */
    public static final char END = '\u001f';

    private RowText() {}

    static byte[] of(ObjectNode canonical) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        canonical.properties().forEach(member -> {
            out.writeBytes(utf8(head(member.getKey())));
            value(out, member.getValue());
            out.write(END);
        });
        return out.toByteArray();
    }

    /** What stands before a member's letter. */
    public static String head(String name) {
        return utf8(name).length + ":" + name;
    }

    private static void value(ByteArrayOutputStream out, JsonNode value) {
        if (value.isBoolean()) {
            out.write(value.booleanValue() ? 't' : 'f');
        } else if (value.isNumber()) {
            out.write('n');
            out.writeBytes(utf8(value.decimalValue().toPlainString()));
        } else if (value.isString() && value.stringValue().indexOf(END) < 0) {
            out.write('s');
            out.writeBytes(utf8(value.stringValue()));
        } else {
            byte[] bytes = value.isString() ? utf8(value.stringValue()) : CanonicalForm.bytes(value);
            out.write(value.isString() ? 'x' : 'j');
            out.writeBytes(utf8(bytes.length + ":"));
            out.writeBytes(bytes);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
