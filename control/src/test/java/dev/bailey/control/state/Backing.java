package dev.bailey.control.state;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** What a test's state stands on. Opening the same folder again opens the same state. */
public enum Backing {
    FILE {
        @Override
        public StateDb open(Path folder, List<String> schema) {
            return StateDb.open(folder.resolve("state.db"), schema);
        }
    },
    POSTGRESQL {
        @Override
        public StateDb open(Path folder, List<String> schema) {
            return StateDb.open(STORES.computeIfAbsent(folder, any -> Postgres.store()), Fence.none());
        }
    };

    /**
     * For tests that hardly depend on it: the file, and PostgreSQL too when the environment has {@code BAILEY_ALL_STORES=true}. The
     * file's tests take a tenth of the time.
     */
    public static final class Usual implements ArgumentsProvider {
        @Override
        public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
            return "true".equals(System.getenv("BAILEY_ALL_STORES"))
                    ? Stream.of(values()).map(Arguments::of)
                    : Stream.of(Arguments.of(FILE));
        }
    }

    private static final Map<Path, SharedStore> STORES = new ConcurrentHashMap<>();

    public abstract StateDb open(Path folder, List<String> schema);
}
