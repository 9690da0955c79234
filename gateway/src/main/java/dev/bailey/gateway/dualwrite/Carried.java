package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.EntityKey;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far the journal's numbers had come when each entity of a slice was last carried: another's write that comes in sight later
 * with a smaller one may have run before, or been seen by the refresh, and is refreshed itself. The last so many entities;
 * where it has forgotten, it answers for all of them. Guarded by its {@link SlicePending}.
 */
final class Carried {

    private static final Mark NEVER = new Mark(Long.MIN_VALUE, "", 0);

    private final int most;
    private final LongSupplier looksBegun;
    private final LinkedHashMap<EntityKey, Mark> marks = new LinkedHashMap<>();
    private final ArrayDeque<Open> open = new ArrayDeque<>();
    private Mark forgotten = NEVER;

    /** An entity whose mark waits for a look that begins after the so many-th. */
    private record Open(EntityKey entity, long look) {}

    /**
     * @param upTo no write after it is concerned; the greatest number until a look has told
     * @param origin of all that was carried; null where it was of several, or was read at the authority
     * @param look how many looks had begun by then
     */
    private record Mark(long upTo, @Nullable String origin, long look) {
        boolean isOpen() {
            return upTo == Long.MAX_VALUE;
        }

        Mark and(Mark later) {
            if (upTo == Long.MIN_VALUE) {
                return later;
            }
            String both = origin != null && origin.equals(later.origin) ? origin : null;
            return new Mark(Math.max(upTo, later.upTo), both, Math.max(look, later.look));
        }

        boolean concerns(PendingWrite write) {
            return write.sequence <= upTo && !write.origin.equals(origin);
        }
    }

    /** @param looksBegun how many looks at the journal have begun */
    Carried(int most, LongSupplier looksBegun) {
        this.most = most;
        this.looksBegun = looksBegun;
    }

    /** @param origin of all that was carried, or null */
    void add(EntityKey entity, @Nullable String origin) {
        Mark made = new Mark(Long.MAX_VALUE, origin, looksBegun.getAsLong());
        Mark before = marks.remove(entity);
        marks.put(entity, before == null ? made : before.and(made));
        open.add(new Open(entity, made.look()));
        if (marks.size() > most) {
            Map.Entry<EntityKey, Mark> eldest = marks.entrySet().iterator().next();
            marks.remove(eldest.getKey());
            forgotten = forgotten.and(eldest.getValue());
        }
    }

    /** What was carried of some entities is not known until now. */
    void forget(Predicate<EntityKey> unknown) {
        marks.keySet().removeIf(unknown);
        forgotten = new Mark(Long.MAX_VALUE, null, looksBegun.getAsLong());
    }

    /** A look has ended that was the so many-th to begin; no number drawn before it is greater than this. */
    void looked(long look, long position) {
        while (!open.isEmpty()) {
            if (open.peek().look() >= look) {
                break;
            }
            EntityKey entity = open.remove().entity();
            Mark mark = marks.get(entity);
            if (mark != null
                    && mark.isOpen()
                    && mark.look() < look) { // else it was carried again, and stands further on too
                marks.put(entity, new Mark(position, mark.origin(), mark.look()));
            }
        }
        if (forgotten.isOpen() && forgotten.look() < look) {
            forgotten = new Mark(position, forgotten.origin(), forgotten.look());
        }
    }

    boolean mayOverlap(EntityKey entity, PendingWrite write) {
        Mark mark = marks.get(entity);
        return mark == null ? forgotten.concerns(write) : mark.concerns(write);
    }
}
