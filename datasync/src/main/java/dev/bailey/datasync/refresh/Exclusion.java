package dev.bailey.datasync.refresh;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Keeps deliveries to some entities away while a refresh of them runs. Refresh converges without it; with it, it need not
 * try again.
 */
public interface Exclusion {

    /** Excludes nobody. */
    Exclusion NONE = new Exclusion() {
        @Override
        public <T> T alone(SliceName slice, List<EntityKey> keys, Callable<T> work) throws Exception {
            return work.call();
        }
    };

    /** Runs the work while nothing else is delivered to these entities; may run it without that after a bounded wait. */
    <T> T alone(SliceName slice, List<EntityKey> keys, Callable<T> work) throws Exception;

    /**
     * Whether this process may still write what it has read: one that stood still in between may find that another has taken over,
     * and that the side it would write has authority now.
     */
    default boolean mayWrite() {
        return true;
    }

    /** @throws StoreException when this process may not write what it has read */
    default void expectMayWrite(SliceName slice) throws StoreException {
        if (!mayWrite()) {
            throw new StoreException(
                    "slice " + slice + ": this node may not write what it has read (expected a lease of the"
                            + " shared store that lasts): another node may have taken over, which refreshes these entities");
        }
    }
}
