package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One side's store of a slice, read and written as canonical documents. Thread-safe; every method blocks, for a bounded
 * time. Keys are in the canonical spelling of {@link #keyKind()}, in its order.
 *
 * <p>Digests have defaults that stream the documents; a store that can compute them itself overrides {@link #digesting} and these.
 */
public interface EntityStore extends AutoCloseable {

    /** Most documents of one page of the defaults below. */
    int PAGE = 1_000;

    /** Canonical bytes of a page, and of what is written at once; a single document may be larger. */
    int PAGE_BYTES = 4 << 20;

    /** What the store's keys are; empty while it holds nothing that would tell. */
    Optional<KeyKind> keyKind() throws StoreException;

    /** A walk over all keys begins: what it is told from now on is no older. Only a store that remembers its keys cares. */
    default void begins() {}

    /** The first documents of a range in key order: {@code limit} of them, or {@link #PAGE_BYTES}, whichever is reached first. */
    List<Document> scan(KeyRange range, int limit) throws StoreException;

    /** Whether nothing is left of a range behind what {@link #scan} gave. */
    static boolean isLast(List<Document> page, int limit) {
        return page.size() < limit && bytes(page) < PAGE_BYTES;
    }

    /** Canonical bytes of documents. */
    static long bytes(List<Document> documents) {
        return documents.stream().mapToLong(Document::bytes).sum();
    }

    /**
     * The documents of these keys that are there. At most {@link #PAGE} keys.
     *
     * @throws TooMuchException where they are far more than {@link #PAGE_BYTES}; a single one never is
     */
    Map<EntityKey, Document> read(Collection<EntityKey> keys) throws StoreException;

    /**
     * Keys the store takes for one of these though they are spelled otherwise, as a collation without case does, or a column of
     * UUIDs: who writes one there writes the other. They need not be there. At most {@link #PAGE} keys.
     */
    default List<EntityKey> alike(Collection<EntityKey> keys) throws StoreException {
        return List.of();
    }

    /**
     * Makes each document what the store holds under its key, in order; by primary key alone. A document the store will not
     * have is reported and stops no other. At most {@link #PAGE} documents.
     */
    WriteReport write(List<Document> documents) throws StoreException;

    /** Removes what the store holds under these keys. At most {@link #PAGE} keys. */
    WriteReport delete(List<EntityKey> keys) throws StoreException;

    /** Tells the store that the other side holds the same under these documents' keys. Only a store that takes note cares. */
    default void agreed(List<Document> documents) throws StoreException {}

    /** What stands in the way of using this store; reads only. Empty when nothing does. */
    List<StoreProblem> check();

    /** Fields of the canonical document as this side declares them; empty when it does not declare any. */
    List<String> fields() throws StoreException;

    /** What each field is, as far as it can be told; those of nested arrays as {@code array/field}. */
    default Map<String, FieldKind> kinds() throws StoreException {
        return Map.of();
    }

    /** What is worth knowing of this store beside {@link #check()}; reads only. */
    default Remarks remarks() {
        return Remarks.NONE;
    }

    /** Columns of the tables written to that no field is written to, and that need no value: added later, they do no harm. */
    default List<String> unwritten() throws StoreException {
        return List.of();
    }

    /** Documents in a range; may be an estimate, for display only. */
    long count(KeyRange range) throws StoreException;

    /** About how many documents there are, told quickly. */
    default long roughly() throws StoreException {
        return count(KeyRange.ALL);
    }

    /** The highest key; empty when the store is. */
    Optional<EntityKey> last() throws StoreException;

    /** The key at a position of a range, counted from 1; empty when it has fewer. */
    Optional<EntityKey> nth(KeyRange range, int position) throws StoreException;

    /** Where this store's digests are made. The defaults below stream. */
    default Digesting digesting() throws StoreException {
        return new Digesting.Streamed("documents travel whole from this kind of store");
    }

    /** Count and sum of a range's digests. */
    default RangeDigest digest(RowDigest hash, KeyRange range) throws StoreException {
        return digests(hash, range, List.of()).getFirst();
    }

    /**
     * The same of each part of a range.
     *
     * @param cuts where it is cut, ascending: the last key of every part but the last
     */
    default List<RangeDigest> digests(RowDigest hash, KeyRange range, List<EntityKey> cuts) throws StoreException {
        List<RangeDigest> parts = new ArrayList<>();
        for (KeyRange part : range.cut(cuts)) {
            RangeDigest total = RangeDigest.EMPTY;
            List<Document> page;
            for (KeyRange rest = part; ; rest = rest.behind(page.getLast().key())) {
                page = scan(rest, PAGE);
                for (Document document : page) {
                    total = total.plus(document.digest(hash));
                }
                if (isLast(page, PAGE)) {
                    break;
                }
            }
            parts.add(total);
        }
        return parts;
    }

    /** The digest of every document of a range, in key order. Only for ranges known to be small. */
    default SequencedMap<EntityKey, Long> rows(RowDigest hash, KeyRange range) throws StoreException {
        SequencedMap<EntityKey, Long> digests = new LinkedHashMap<>();
        for (KeyRange rest = range; ; ) {
            List<Document> page = scan(rest, PAGE);
            page.forEach(document -> digests.put(document.key(), document.digest(hash)));
            if (isLast(page, PAGE)) {
                return digests;
            }
            rest = rest.behind(page.getLast().key());
        }
    }

    /**
     * How far the store's replicas are behind it; zero when there are none.
     *
     * @param query asks for it, in seconds; empty for the database's own figure
     */
    default Duration replicaLag(Optional<String> query) throws StoreException {
        throw new StoreException(
                "this store does not tell how far its replicas are behind; leave `backfill: { lag }` out");
    }

    /** The quick way in and out for whole ranges; empty when the store has none. */
    default Optional<FlatStore> flat() {
        return Optional.empty();
    }

    /** Whether every node finds this very store where it looks, as on a server; a file may be another one elsewhere. */
    default boolean isServed() {
        return false;
    }

    /**
     * This store, where each write asks first, and lands within twice a bound after the question or never, wherever the process
     * stands still in between: the store's server sees to that. It shares what this one has open and is not closed. Empty where
     * the server cannot.
     *
     * @param name by which another process can end what is not over yet
     * @param before throws where nothing may be written
     */
    default Optional<EntityStore> timed(String name, Duration within, BeforeWrite before) {
        return Optional.empty();
    }

    /**
     * Ends what a process began under this name in a store that is {@link #timed}, and did not end: nothing of it stands, and it
     * keeps nobody waiting.
     */
    default void endTimed(String name) throws StoreException {}

    /** Every {@code step}-th key of a range, at most {@code most}; fewer when the range ends before. */
    default List<EntityKey> cuts(KeyRange range, int step, int most) throws StoreException {
        List<EntityKey> cuts = new ArrayList<>();
        KeyRange rest = range;
        while (cuts.size() < most) {
            Optional<EntityKey> cut = nth(rest, step);
            if (cut.isEmpty()) {
                break;
            }
            cuts.add(cut.get());
            rest = rest.behind(cut.get());
        }
        return cuts;
    }

    @Override
    void close();
}
