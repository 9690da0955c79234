package dev.bailey.datasync.reconcile;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Entities of a slice that were written lately, through the gateway or past it, and that a reconcile has not looked at since.
 * Keeps the newest 2,000: what is older is left to the pass. Thread-safe.
 */
public final class Lately {

    static final int MOST = 2_000;

    private final SliceName slice;
    private final RecentWrites journal;
    private final Set<EntityKey> noted = new LinkedHashSet<>();

    public Lately(SliceName slice, RecentWrites journal) {
        this.slice = slice;
        this.journal = journal;
    }

    /** These were changed, as a feed tells. */
    public synchronized void note(List<EntityKey> keys) {
        for (EntityKey key : keys) {
            noted.remove(key);
            noted.add(key);
        }
        Iterator<EntityKey> oldest = noted.iterator();
        while (noted.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    /** Takes what was noted, and what the journal has since a moment. */
    List<EntityKey> take(Instant since) {
        List<EntityKey> written = journal.since(slice, since, MOST);
        note(written.reversed());
        return taken();
    }

    private synchronized List<EntityKey> taken() {
        List<EntityKey> all = new ArrayList<>(noted);
        noted.clear();
        return all;
    }
}
