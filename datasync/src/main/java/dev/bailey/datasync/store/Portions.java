package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.List;

/** Keys taken a portion at a time, so few at once that their documents fit into memory on both sides. */
public final class Portions {

    private static final int MOST = 500;

    private Portions() {}

    /**
     * What is done with a portion; it may be done again with a part of the portion.
     *
     * @param <X> what it throws besides
     */
    @FunctionalInterface
    public interface Step<T, X extends Exception> {
        T of(List<EntityKey> keys) throws StoreException, X;
    }

    /** What became of each portion: at most 500 keys, half as many where that is too much, and twice as many after one that was not. */
    public static <T, X extends Exception> List<T> each(List<EntityKey> keys, Step<T, X> step)
            throws StoreException, X {
        List<T> done = new ArrayList<>();
        int size = MOST;
        for (int from = 0; from < keys.size(); ) {
            List<EntityKey> portion = keys.subList(from, Math.min(from + size, keys.size()));
            try {
                done.add(step.of(portion));
                from += portion.size();
                size = Math.min(2 * size, MOST);
            } catch (TooMuchException e) {
                if (portion.size() == 1) {
                    throw e;
                }
                size = portion.size() / 2;
            }
        }
        return done;
    }
}
