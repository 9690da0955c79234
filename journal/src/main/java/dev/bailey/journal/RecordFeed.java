package dev.bailey.journal;

import java.util.List;
import java.util.OptionalLong;

/**
 * What changes in a journal that several processes write, in looks: each shows what became visible since the one before, in
 * whatever order it was committed. Used by one thread; looks block.
 */
public interface RecordFeed extends AutoCloseable {

    /**
     * The first look shows every record that is not final; each later one those that changed since.
     *
     * @throws JournalException when the journal cannot be read; the next look shows what this one would have shown
     */
    Look next();

    @Override
    void close();

    /**
     * @param records as they are now, in the order of their sequences; those kept as a gap not in the first look
     * @param position no record whose sequence was drawn before this look has a greater one
     */
    record Look(List<Seen> records, long position) {
        public Look {
            records = List.copyOf(records);
        }
    }

    /**
     * A record as it is now.
     *
     * @param origin who wrote its intent
     * @param ended the number drawn when its outcome was written; until then none
     */
    record Seen(JournalRecord.Head head, String origin, OptionalLong ended) {}
}
