package dev.bailey.journal.group;

import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Writes and answers as the tests need them. */
public final class Given {

    public static final SliceName ORDERS = new SliceName("orders");
    public static final SliceName USERS = new SliceName("users");
    public static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456789Z");
    public static final InstantSource AT_NOON = InstantSource.fixed(NOON);

    private Given() {}

    public static RecordId rid(String id) {
        return new RecordId(id);
    }

    public static EntityKey key(String key) {
        return new EntityKey(key);
    }

    public static WriteIntent write(String id, String entity) {
        return write(ORDERS, id, Optional.of(key(entity)), Optional.of(Side.MODERN), NOON, 100);
    }

    public static WriteIntent gapWrite(String id, String entity) {
        return write(ORDERS, id, Optional.of(key(entity)), Optional.empty(), NOON, 100);
    }

    public static WriteIntent creation(String id) {
        return write(ORDERS, id, Optional.empty(), Optional.of(Side.MODERN), NOON, 100);
    }

    public static WriteIntent write(
            SliceName slice,
            String id,
            Optional<EntityKey> entity,
            Optional<Side> follower,
            Instant at,
            int bodyBytes) {
        return new WriteIntent(
                new RecordId(id),
                slice,
                entity,
                new Epoch(7),
                Side.LEGACY,
                follower,
                "PUT",
                "/api/orders/" + entity.map(EntityKey::value).orElse("") + "?x=ü",
                List.of(new Header("Content-Type", "application/json"), new Header("X-Name", "Zoë: a, b")),
                "x".repeat(bodyBytes).getBytes(StandardCharsets.UTF_8),
                true,
                "key-" + id,
                true,
                at);
    }

    public static Outcome.Applied applied() {
        return new Outcome.Applied(200, Optional.empty(), List.of(), new byte[0]);
    }

    public static Outcome.Applied minted(String entity) {
        return new Outcome.Applied(
                201,
                Optional.of(key(entity)),
                List.of(new Header("Location", "/api/orders/" + entity)),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    public static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    public static long appended(Journal journal, WriteIntent intent) {
        if (answer(journal.append(intent)) instanceof Appended.Durable durable) {
            return durable.sequence();
        }
        throw new AssertionError("not appended: " + intent.id());
    }

    public static int done(CompletionStage<Changed> stage) {
        Changed changed = answer(stage);
        if (changed instanceof Changed.Done done) {
            return done.records();
        }
        throw new AssertionError("not done: " + changed);
    }
}
