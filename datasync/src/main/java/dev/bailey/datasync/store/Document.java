package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entity in the canonical form both sides are read in. Immutable as long as nobody changes the node it hands out.
 * Prints its key alone.
 */
public final class Document {

    private final EntityKey key;
    private final ObjectNode body;
    private final byte[] canonical;

    private Document(EntityKey key, ObjectNode body) {
        this.key = key;
        this.body = body;
        this.canonical = CanonicalForm.bytes(body);
    }

    /**
     * Brings a document into canonical form.
     *
     * @param keyField its member that is the key
     * @throws StoreException when that member is not a whole number or a text
     */
    public static Document of(String keyField, ObjectNode raw) throws StoreException {
        ObjectNode body = CanonicalForm.of(raw);
        return new Document(CanonicalForm.key(keyField, body), body);
    }

    public EntityKey key() {
        return key;
    }

    public ObjectNode body() {
        return body;
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
