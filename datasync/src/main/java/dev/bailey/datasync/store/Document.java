package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.KeyNames;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entity in the canonical form both sides are read in. Immutable as long as nobody changes the node it hands out.
 * Prints its key alone.
 */
public final class Document {

    private final KeyNames fields;
    private final EntityKey key;
    private final ObjectNode body;
    private final byte[] canonical;

    private Document(KeyNames fields, EntityKey key, ObjectNode body) {
        this.fields = fields;
        this.key = key;
        this.body = body;
        this.canonical = CanonicalForm.bytes(body);
    }

    /**
     * Brings a document into canonical form.
     *
     * @param fields its members that are the key
     * @throws StoreException when one of them is not a whole number or a text
     */
    public static Document of(KeyNames fields, ObjectNode raw) throws StoreException {
        ObjectNode body = CanonicalForm.of(raw);
        return new Document(fields, CanonicalForm.key(fields, body), body);
    }

    /** The same with a key of one member. */
    public static Document of(String keyField, ObjectNode raw) throws StoreException {
        return of(KeyNames.of(keyField), raw);
    }

    /** What its own key is, as far as one can tell: a UUID is a text. */
    public KeyKind keyKind() {
        return new KeyKind(fields.names().stream()
                .map(field -> body.path(field).isNumber() ? KeyPart.INTEGER : KeyPart.TEXT)
                .toList());
    }

    public EntityKey key() {
        return key;
    }

    public ObjectNode body() {
        return body;
    }

    /** How long its canonical form is. */
    public int bytes() {
        return canonical.length;
    }

    /** 64 bits of it. */
    public long digest(RowDigest digest) {
        return digest.of(body);
    }

    public boolean sameAs(Document other) {
        return Arrays.equals(canonical, other.canonical);
    }

    /** JSON pointers of what differs, in document order, at most {@code limit}; an array of another length is one path. */
    public List<String> pathsDiffering(Document other, int limit) {
        return DifferingPaths.of(body, other.body, limit);
    }

    @Override
    public String toString() {
        return "Document[" + key + "]";
    }
}
