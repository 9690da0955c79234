package dev.bailey.control.state;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who has locked which row, to share it or alone, until the end of its transaction. */
final class RowLocks {

    private final Map<String, Set<StoreSession>> shared = new HashMap<>();
    private final Map<String, StoreSession> alone = new HashMap<>();

    /** Takes a lock when nobody is in the way; else tells who is. */
    Set<StoreSession> take(StoreSession session, String row, boolean isAlone) {
        Set<StoreSession> inTheWay = new HashSet<>();
        StoreSession owner = alone.get(row);
        if (owner != null && owner != session) {
            inTheWay.add(owner);
        }
        if (isAlone) {
            shared.getOrDefault(row, Set.of()).stream()
                    .filter(other -> other != session)
                    .forEach(inTheWay::add);
        }
        if (inTheWay.isEmpty()) {
            if (isAlone) {
                alone.put(row, session);
            } else {
                shared.computeIfAbsent(row, _ -> new HashSet<>()).add(session);
            }
        }
        return inTheWay;
    }

    void release(StoreSession session) {
        alone.values().removeIf(owner -> owner == session);
        shared.values().forEach(owners -> owners.remove(session));
    }

    void clear() {
        shared.clear();
        alone.clear();
    }
}
