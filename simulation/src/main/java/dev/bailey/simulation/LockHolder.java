package dev.bailey.simulation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Who holds the lock at which a thread is parked. The JDK keeps this door shut: the process needs
 * {@code --add-opens java.base/java.util.concurrent.locks=ALL-UNNAMED}.
 */
final class LockHolder {

    private static final MethodHandle HOLDER = holder();

    private LockHolder() {}

    private static MethodHandle holder() {
        try {
            return MethodHandles.privateLookupIn(AbstractOwnableSynchronizer.class, MethodHandles.lookup())
                    .findVirtual(
                            AbstractOwnableSynchronizer.class,
                            "getExclusiveOwnerThread",
                            MethodType.methodType(Thread.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this JVM does not tell who holds a lock (expected JDK 25, started with --add-opens"
                            + " java.base/java.util.concurrent.locks=ALL-UNNAMED): " + e,
                    e);
        }
    }

    /**
     * Whether a thread that has just parked is in line for a lock that none of a group of threads holds, while all others of the group
     * stand still. A lock without a holder is one that somebody outside of the group has let go meanwhile.
     */
    static boolean isOutside(Thread parked, Predicate<Thread> group) {
        if (!(LockSupport.getBlocker(parked) instanceof AbstractOwnableSynchronizer lock)) {
            return false;
        }
        try {
            Thread holder = (Thread) HOLDER.invokeExact(lock);
            return holder == null ? isReentrantLock(lock) : !group.test(holder);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Latches and semaphores are never held by anyone. */
    private static boolean isReentrantLock(AbstractOwnableSynchronizer lock) {
        return ReentrantLock.class.equals(lock.getClass().getEnclosingClass());
    }
}
