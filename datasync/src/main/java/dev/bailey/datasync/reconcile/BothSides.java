package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks both stores the same at the same time. For one thread. */
final class BothSides implements AutoCloseable {

    private final StorePair stores;
    private final ExecutorService other = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("bailey-both-sides-", 0).factory());

    BothSides(StorePair stores) {
        this.stores = stores;
    }

    /** What a store is asked. */
    @FunctionalInterface
    interface Question<T> {
        T ask(EntityStore store) throws StoreException;
    }

    record Answers<T>(T legacy, T modern) {}

    <T> Answers<T> ask(Question<T> question) throws StoreException, InterruptedException {
        Future<T> modern = other.submit(() -> question.ask(stores.modern()));
        T legacy;
        try {
            legacy = question.ask(stores.legacy());
        } catch (StoreException | RuntimeException e) {
            modern.cancel(true);
            throw e;
        }
        try {
            return new Answers<>(legacy, modern.get());
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case StoreException store -> throw store;
                case RuntimeException bug -> throw bug;
                case null, default -> throw new IllegalStateException("a store was not asked", e);
            }
        }
    }

    @Override
    public void close() {
        other.shutdownNow();
    }
}
