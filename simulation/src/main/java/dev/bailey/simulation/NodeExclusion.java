package dev.bailey.simulation;

import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.gateway.dualwrite.WriteControl;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps deliveries away from a refresh that none of them asked for, as the real wiring does. */
final class NodeExclusion implements Exclusion {

    private static final ScopedValue<Boolean> IN_DELIVERY = ScopedValue.newInstance();

    private final BooleanSupplier mayWrite;
    private @Nullable WriteControl writes;

    /** @param mayWrite whether the lease of the store lasts for one more write */
    NodeExclusion(BooleanSupplier mayWrite) {
        this.mayWrite = mayWrite;
    }

    @Override
    public boolean mayWrite() {
        return mayWrite.getAsBoolean();
    }

    void open(WriteControl control) {
        writes = control;
    }

    static <T> T inDelivery(Supplier<T> work) {
        return ScopedValue.where(IN_DELIVERY, true).call(work::get);
    }

    @Override
    public <T> T alone(SliceName slice, List<EntityKey> keys, Callable<T> work) throws Exception {
        WriteControl control = writes;
        if (control == null || IN_DELIVERY.isBound()) {
            return work.call();
        }
        Exception[] failure = new Exception[1];
        List<T> result = control.withoutDelivery(slice, keys, () -> {
            try {
                return List.of(work.call());
            } catch (Exception e) {
                failure[0] = e;
                return List.of();
            }
        });
        if (failure[0] != null) {
            throw failure[0];
        }
        return result.getFirst();
    }
}
