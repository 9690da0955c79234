package dev.bailey.journal.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The operations that wait for the writer: bounded in number and bytes, taken in groups, in order. Thread-safe. */
final class OperationQueue {

    private final int appendLimit;
    private final int operationLimit;
    private final long byteLimit;
    private final int groupLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Operation<?>> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean nudged;
    private boolean closed;

    OperationQueue(GroupBounds bounds) {
        this.appendLimit = bounds.queuedAppends();
        this.operationLimit = Math.multiplyExact(2, bounds.queuedAppends());
        this.byteLimit = bounds.queuedBytes();
        this.groupLimit = bounds.groupOperations();
    }

    /** Takes the operation in, or says why not. Appends stop first, so that what is in flight can still be settled. */
    Optional<Failure> offer(Operation<?> operation) {
        lock.lock();
        try {
            if (closed) {
                return Optional.of(new Failure(Failure.Kind.STORE, "the journal is closed"));
            }
            int limit = operation.isAppend() ? appendLimit : operationLimit;
            if (waiting.size() >= limit) {
                return Optional.of(new Failure(
                        Failure.Kind.FULL,
                        waiting.size() + " operations wait for the journal's store (expected < " + limit + ")"));
            }
            if (operation.isAppend() && !waiting.isEmpty() && bytes + operation.bytes() > byteLimit) {
                return Optional.of(new Failure(
                        Failure.Kind.FULL,
                        bytes + " bytes wait for the journal's store (expected <= " + byteLimit + " with this write)"));
            }
            waiting.add(operation);
            bytes += operation.bytes();
            if (waiting.size() == 1) {
                work.signal();
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for work; an empty group means that someone nudged the writer, or that the queue is closed and drained. */
    List<Operation<?>> takeGroup() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !nudged && !closed) {
                work.awaitUninterruptibly();
            }
            nudged = false;
            int size = Math.min(groupLimit, waiting.size());
            List<Operation<?>> group = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                Operation<?> operation = waiting.remove();
                bytes -= operation.bytes();
                group.add(operation);
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    void nudge() {
        lock.lock();
        try {
            nudged = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isDrained() {
        lock.lock();
        try {
            return closed && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
