package dev.bailey.journal.sqlite;

import dev.bailey.journal.sqlite.LogDisk.Writing;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Flushes a file while whoever asks does something else.
 *
 * @param thread that flushes; the caller's own will do, one after the other
 */
record Flusher(Executor thread) {

    /**
     * Makes a file durable while the calling thread does its own part, and returns when both are done.
     *
     * @param beside does not throw what must not hide the flush's failure
     */
    void force(Writing file, Runnable beside) throws IOException {
        CompletableFuture<@Nullable IOException> flush = CompletableFuture.supplyAsync(() -> failure(file), thread);
        IOException failed;
        try {
            beside.run();
        } finally {
            failed = flush.join();
        }
        if (failed != null) {
            throw failed;
        }
    }

    private static @Nullable IOException failure(Writing file) {
        try {
            file.force();
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
