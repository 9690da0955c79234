package dev.bailey.datasync;

import dev.bailey.datasync.feed.kafka.TopicLog;
import dev.bailey.datasync.replay.LogStore;
import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.http.HttpEntityStore;
import dev.bailey.datasync.store.redis.RedisEntityStore;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.HttpStore;
import dev.bailey.model.spec.DataSpec.RedisStore;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.SliceSpec;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Opens the store a slice declares for a side. */
final class Stores {

    private Stores() {}

    /** The log a slice is rebuilt from, where it declares one; it stands at legacy's side. */
    static Optional<LogStore> log(
            SliceSpec slice, DataSpec data, Optional<Path> folder, InstantSource clock, LongSupplier nanoTime) {
        return data.replay()
                .map(replay -> new LogStore(
                        slice.name(),
                        Side.LEGACY,
                        data.key(),
                        ShownKey.in(slice),
                        replay,
                        folder,
                        () -> TopicLog.open(replay.log()),
                        clock,
                        nanoTime));
    }

    /** @param before asked as late before each write as the store lets it */
    static EntityStore open(
            SliceSpec slice,
            Side side,
            DataSpec data,
            ServiceSpec service,
            Supplier<String> ids,
            BeforeWrite before,
            Optional<LogStore> log) {
        return switch (side == Side.LEGACY ? data.legacy() : data.modern()) {
            case SqlStore sql -> SqlEntityStore.open(slice.name(), side, data, sql, ShownKey.in(slice), before);
            case RedisStore redis -> RedisEntityStore.open(slice.name(), side, data, redis);
            case DataSpec.LogStore _ -> log.orElseThrow();
            case HttpStore http ->
                HttpEntityStore.open(slice.name(), side, data, http, service.url(), ids, ShownKey.in(slice), before);
        };
    }
}
