package dev.bailey.journal.group;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One append or change that waits for its durable end. Its work may run more than once, each time in a fresh transaction;
 * its stage is completed once, after the commit or after the failure.
 */
final class Operation<A> {

    private final boolean append;
    private final Mention mention;
    private final long bytes;
    private final Work<A> work;
    private final Function<Failure, A> failed;
    private final CompletableFuture<A> stage = new CompletableFuture<>();
    private @Nullable A answer;

    /** What is done inside the transaction. */
    @FunctionalInterface
    interface Work<A> {
        A run(Transaction transaction) throws SQLException;
    }

    Operation(boolean append, Mention mention, long bytes, Work<A> work, Function<Failure, A> failed) {
        this.append = append;
        this.mention = mention;
        this.bytes = bytes;
        this.work = work;
        this.failed = failed;
    }

    boolean isAppend() {
        return append;
    }

    Mention mention() {
        return mention;
    }

    long bytes() {
        return bytes;
    }

    CompletionStage<A> stage() {
        return stage;
    }

    void run(Transaction transaction) throws SQLException {
        answer = work.run(transaction);
    }

    void succeed() {
        A known = answer;
        if (known == null) {
            throw new IllegalStateException("an operation was committed that had not run");
        }
        stage.complete(known);
    }

    void fail(Failure failure) {
        try {
            stage.complete(failed.apply(failure));
        } catch (RuntimeException e) {
            stage.completeExceptionally(e);
        }
    }

    void fail(RuntimeException bug) {
        stage.completeExceptionally(bug);
    }
}
