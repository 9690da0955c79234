package dev.bailey.journal.group;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Called before each commit; a test makes the store fail here. */
@FunctionalInterface
public interface CommitFault {

    void beforeCommit() throws SQLException;

    /** An engine whose tables fail as this says, and are the engine's own otherwise. */
    default Engine in(Engine engine) {
        return proxy(Engine.class, (method, arguments) -> {
            Object answer = call(engine, method, arguments);
            return answer instanceof Tables tables ? failing(tables) : answer;
        });
    }

    private Tables failing(Tables tables) {
        return proxy(Tables.class, (method, arguments) -> {
            if (method.getName().equals("commit") || method.getName().equals("probe")) {
                beforeCommit();
            }
            return call(tables, method, arguments);
        });
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, Call call) {
        InvocationHandler handler = (proxy, method, arguments) -> call.of(method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** One call of an interface's method. */
    @FunctionalInterface
    interface Call {
        @Nullable
        Object of(Method method, Object @Nullable [] arguments) throws Throwable;
    }
}
