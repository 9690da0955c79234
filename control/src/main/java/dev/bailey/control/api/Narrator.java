package dev.bailey.control.api;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Passes on what happens, in sentences, to whoever watches; keeps the last {@value #KEPT}. Listeners must be quick and must
 * not block. Thread-safe.
 */
public final class Narrator {

    private static final int KEPT = 100;

    private final Deque<ToldView> last = new ArrayDeque<>();
    private final List<Consumer<ToldView>> listeners = new CopyOnWriteArrayList<>();

    public void tell(ToldView told) {
        synchronized (last) {
            if (last.size() == KEPT) {
                last.removeFirst();
            }
            last.addLast(told);
        }
        listeners.forEach(listener -> listener.accept(told));
    }

    /** Listens from now on; closing ends it. */
    public Listening listen(Consumer<ToldView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Oldest first. */
    public List<ToldView> last() {
        synchronized (last) {
            return new ArrayList<>(last);
        }
    }

    /** A listener that is on. */
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
