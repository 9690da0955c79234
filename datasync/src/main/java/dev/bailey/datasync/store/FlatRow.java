package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.spec.KeyNames;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A canonical document all of whose fields are single values, without the tree: a kind and the canonical text for each field, in
 * the order of their names. One object serves row after row, so take from it what is to last. Not thread-safe.
 *
 * <p>Two rows are the same document exactly when kinds and texts are equal, and so are their {@link #digest() digests}, up to
 * collisions of 64 bits. The digest is not that of {@link Document}: hold rows against rows only.
 */
public final class FlatRow {

    /** What a canonical value is. */
    public enum Kind {
        ABSENT,
        NUMBER,
        TEXT,
        BOOLEAN
    }

    private static final int INITIAL = 256;

    private final List<String> fields;
    private final KeyNames keyNames;
    private final int[] key;
    private final Kind[] kinds;
    private final String[] texts;
    private final MessageDigest md5;
    private byte[] bytes = new byte[INITIAL];

    /**
     * @param fields names, sorted
     * @param key which of them are the key
     */
    public FlatRow(List<String> fields, KeyNames key) {
        if (!fields.containsAll(key.names())) {
            throw new IllegalArgumentException("no field " + key + " (expected it among " + fields + ")");
        }
        this.fields = List.copyOf(fields);
        this.keyNames = key;
        this.key = key.names().stream().mapToInt(this.fields::indexOf).toArray();
        this.kinds = new Kind[fields.size()];
        this.texts = new String[fields.size()];
        Arrays.fill(kinds, Kind.ABSENT);
        Arrays.fill(texts, "");
        try {
            this.md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no MD5, which every Java platform must have", e);
        }
    }

    public List<String> fields() {
        return fields;
    }

    public Kind kind(int field) {
        return kinds[field];
    }

    /** Canonical text of the value: plain decimal, {@code true} or {@code false}, the text itself; empty when it is absent. */
    public String text(int field) {
        return texts[field];
    }

    /** Characters of all its values. */
    public long length() {
        long length = 0;
        for (String text : texts) {
            length += text.length();
        }
        return length;
    }

    /** Sets a value that is already in canonical form. */
    public void set(int field, Kind kind, String canonical) {
        kinds[field] = kind;
        texts[field] = canonical;
    }

    /** Sets a canonical value; false when it is no single value. */
    public boolean set(int field, JsonNode canonical) {
        switch (canonical.getNodeType()) {
            case NULL, MISSING -> set(field, Kind.ABSENT, "");
            case BOOLEAN -> set(field, Kind.BOOLEAN, canonical.booleanValue() ? "true" : "false");
            case NUMBER -> set(field, Kind.NUMBER, canonical.decimalValue().toPlainString());
            case STRING -> set(field, Kind.TEXT, canonical.stringValue());
            case ARRAY, OBJECT, BINARY, POJO -> {
                return false;
            }
        }
        return true;
    }

    /** @throws StoreException when a field of the key holds none */
    public EntityKey key() throws StoreException {
        for (int part : key) {
            boolean whole = kinds[part] == Kind.NUMBER && texts[part].indexOf('.') < 0;
            boolean text = kinds[part] == Kind.TEXT && !texts[part].isEmpty();
            if (!whole && !text) {
                // Says what is wrong with it.
                return CanonicalForm.key(keyNames, body());
            }
        }
        return key.length == 1
                ? new EntityKey(texts[key[0]])
                : KeyParts.joined(
                        Arrays.stream(key).mapToObj(part -> texts[part]).toList());
    }

    private ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < kinds.length; i++) {
            switch (kinds[i]) {
                case ABSENT -> {}
                case NUMBER -> body.set(fields.get(i), CanonicalForm.number(new BigDecimal(texts[i])));
                case TEXT -> body.set(fields.get(i), CanonicalForm.text(texts[i]));
                case BOOLEAN -> body.set(fields.get(i), CanonicalForm.bool(texts[i].equals("true")));
            }
        }
        return body;
    }

    public Document document() throws StoreException {
        return Document.of(keyNames, body());
    }

    /** The first 64 bits of the MD5 of kinds and texts. */
    public long digest() {
        int length = 0;
        for (int i = 0; i < kinds.length; i++) {
            byte[] text = texts[i].getBytes(StandardCharsets.UTF_8);
            int needed = length + text.length + Integer.BYTES + 1;
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
            }
            bytes[length] = (byte) kinds[i].ordinal();
            bytes[length + 1] = (byte) (text.length >>> 24);
            bytes[length + 2] = (byte) (text.length >>> 16);
            bytes[length + 3] = (byte) (text.length >>> 8);
            bytes[length + 4] = (byte) text.length;
            System.arraycopy(text, 0, bytes, length + 5, text.length);
            length = needed;
        }
        md5.update(bytes, 0, length);
        return ByteBuffer.wrap(md5.digest()).getLong();
    }
}
