package dev.bailey.simulation;

import dev.bailey.control.handover.Writes;
import dev.bailey.model.route.SliceState;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The writes of all nodes, of whose quiet the invariants hear. */
final class AllWrites {

    private final World world;
    private final Node node;
    private final Writes writes;
    private @Nullable SliceState prepared;

    AllWrites(World world, Node node, Writes writes) {
        this.world = world;
        this.node = node;
        this.writes = writes;
    }

    Writes told() {
        return (Writes) Proxy.newProxyInstance(
                AllWrites.class.getClassLoader(),
                new Class<?>[] {Writes.class},
                (_, method, arguments) -> asked(method, arguments));
    }

    private @Nullable Object asked(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("hold")) {
            prepared = (SliceState) arguments[0];
        }
        Object answer;
        try {
            answer = method.invoke(writes, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (method.getName().equals("awaitQuiet") && Boolean.TRUE.equals(answer)) {
            world.tell(invariant -> invariant.quiet(node, Objects.requireNonNull(prepared)));
        }
        return answer;
    }
}
