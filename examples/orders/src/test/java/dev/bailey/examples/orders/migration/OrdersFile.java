package dev.bailey.examples.orders.migration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Values of the migration file by path: map keys, and indexes of lists. */
final class OrdersFile {

    private static final Object ROOT = root();

    private OrdersFile() {}

    private static Object root() {
        try {
            String text = Files.readString(Path.of("orders.yaml"));
            return Objects.requireNonNull(
                    new Load(LoadSettings.builder().build()).loadFromString(text), "the file is empty");
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    static Object at(Object... path) {
        Object here = ROOT;
        for (Object step : path) {
            Object next = here instanceof List<?> list ? list.get((Integer) step) : ((Map<?, ?>) here).get(step);
            here = Objects.requireNonNull(next, () -> "nothing at " + step + " of " + List.of(path));
        }
        return here;
    }

    static String text(Object... path) {
        return (String) at(path);
    }

    @SuppressWarnings("unchecked")
    static Map<String, String> texts(Object... path) {
        return (Map<String, String>) at(path);
    }
}
