package dev.bailey.datasync.replay;

import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyPart;
import dev.bailey.model.route.EntityKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keys as bytes that are in the order of their kind when they are compared byte by byte. */
final class KeyOrder {

    private static final int ZERO = 0;
    private static final int ZERO_ITSELF = 0xFF;
    private static final int END = 1;

    private KeyOrder() {}

    /** @param key in the canonical spelling of the kind */
    static byte[] of(KeyKind kind, EntityKey key) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> parts = kind.split(key);
        for (int i = 0; i < parts.size(); i++) {
            if (kind.parts().get(i) == KeyPart.INTEGER) {
                long number = Long.parseLong(parts.get(i)) ^ Long.MIN_VALUE;
                bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            } else {
                text(parts.get(i), bytes);
            }
        }
        return bytes.toByteArray();
    }

    /** Ends with what is less than any byte that could go on, so that a part goes before its own longer ones. */
    private static void text(String part, ByteArrayOutputStream bytes) {
        for (byte each : part.getBytes(StandardCharsets.UTF_8)) {
            bytes.write(each);
            if (each == ZERO) {
                bytes.write(ZERO_ITSELF);
            }
        }
        bytes.write(ZERO);
        bytes.write(END);
    }

    /** As it is kept beside the keys. */
    static String told(KeyKind kind) {
        return String.join(" ", kind.parts().stream().map(Enum::name).toList());
    }

    static KeyKind kind(String told) {
        List<KeyPart> parts = new ArrayList<>();
        for (String part : told.split(" ")) {
            parts.add(KeyPart.valueOf(part));
        }
        return new KeyKind(parts);
    }
}
