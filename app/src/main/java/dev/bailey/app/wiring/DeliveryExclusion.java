package dev.bailey.app.wiring;

import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.gateway.dualwrite.WriteControl;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps deliveries away while backfill and repair refresh an entity. A refresh that a delivery itself asked for has the entity
 * already, and goes straight on.
 */
final class DeliveryExclusion implements Exclusion {

    private static final ScopedValue<Boolean> IN_DELIVERY = ScopedValue.newInstance();

    private final BooleanSupplier mayWrite;
    private volatile @Nullable WriteControl writes;

    /** @param mayWrite whether the lease of the shared store lasts for one more write */
    DeliveryExclusion(BooleanSupplier mayWrite) {
        this.mayWrite = mayWrite;
    }

    @Override
    public boolean mayWrite() {
        return mayWrite.getAsBoolean();
    }

    void open(WriteControl control) {
        writes = control;
    }

    /** Runs work of a delivery, which has its entities to itself. */
    static <T> T inDelivery(Supplier<T> work) {
        return ScopedValue.where(IN_DELIVERY, true).call(work::get);
    }

    @Override
    public <T> T alone(SliceName slice, List<EntityKey> keys, Callable<T> work) throws Exception {
        WriteControl control = writes;
        if (control == null || IN_DELIVERY.isBound()) {
            return work.call();
        }
        return switch (control.withoutDelivery(slice, keys, () -> attempt(work))) {
            case Attempt.Worked<T> worked -> worked.result();
            case Attempt.Failed<T> failed -> throw failed.cause();
        };
    }

    private static <T> Attempt<T> attempt(Callable<T> work) {
        try {
            return new Attempt.Worked<>(work.call());
        } catch (Exception e) {
            return new Attempt.Failed<>(e);
        }
    }

    private sealed interface Attempt<T> {
        record Worked<T>(T result) implements Attempt<T> {}

        record Failed<T>(Exception cause) implements Attempt<T> {}
    }
}
