package dev.bailey.control.state;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

    private static final Map<Path, SharedStore> STORES = new ConcurrentHashMap<>();

    public abstract StateDb open(Path folder, List<String> schema);
}
