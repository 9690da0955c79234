package dev.bailey.simulation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Virtual threads that run on an executor of one's own. The JDK keeps this door shut: the process needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class VirtualThreads {

    private static final Constructor<?> BUILDER = builder();
    private static final MethodHandle CARRIER = carrierHandle();

    private VirtualThreads() {}

    private static Constructor<?> builder() {
        try {
            Constructor<?> found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw closed(e);
        }
    }

    private static MethodHandle carrierHandle() {
        try {
            return MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
        } catch (ReflectiveOperationException e) {
            throw closed(e);
        }
    }

    private static IllegalStateException closed(Exception e) {
        return new IllegalStateException(
                "this JVM lends its virtual threads to no other scheduler (expected JDK 25, started with"
                        + " --add-opens java.base/java.lang=ALL-UNNAMED): " + e,
                e);
    }

    /** The thread of the system that runs the caller, be it on a virtual thread or not. */
    static Thread carrier() {
        try {
            return (Thread) CARRIER.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every step of these threads, from one wait to the next, is a task of the executor. */
    static ThreadFactory on(Executor executor, String name) {
        try {
            return ((Thread.Builder.OfVirtual) BUILDER.newInstance(executor))
                    .name(name, 0)
                    .factory();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
