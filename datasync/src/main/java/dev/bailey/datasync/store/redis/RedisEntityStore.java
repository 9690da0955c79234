package dev.bailey.datasync.store.redis;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.RedisStore;
import dev.bailey.model.spec.DataSpec.RedisStore.Form;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Keys of a Redis database. It has no order of keys, so they are all listed when a walk begins, or asks for the first ones, and
 * the list is kept until the next one begins: what comes into being behind that list is seen by the next walk. At most {@value #MOST_KEYS} keys.
 * Thread-safe.
 */
public final class RedisEntityStore implements EntityStore {

    /** Keys of a store: the list is kept in memory. */
    static final int MOST_KEYS = 500_000;

    /** The first that tells when a key expires as a moment, not as the time left. */
    private static final int TELLS_MOMENTS = 7;

    /** What the database tells instead of a moment, of a key that is not there. */
    private static final long GONE = -2;

    private final SliceName slice;
    private final Side side;
    private final String name;
    private final RedisStore spec;
    private final String before;
    private final String behind;
    private final Server server;
    private final Values values;
    private final Writing writing;
    private volatile @Nullable KeyList listed;

    private RedisEntityStore(SliceName slice, Side side, DataSpec data, RedisStore spec) {
        this.slice = slice;
        this.side = side;
        this.name = "slice " + slice + ", " + side.label();
        this.spec = spec;
        int at = spec.keys().indexOf("{key}");
        this.before = spec.keys().substring(0, at);
        this.behind = spec.keys().substring(at + "{key}".length());
        this.server = new Server(name, spec);
        this.values = new Values(name, data.key(), spec);
        this.writing = new Writing(spec, values);
    }

    /** @throws IllegalArgumentException when an expression is no JSONata */
    public static RedisEntityStore open(SliceName slice, Side side, DataSpec data, RedisStore spec) {
        return new RedisEntityStore(slice, side, data, spec);
    }

    private byte[] named(EntityKey key) {
        return (before + key.value() + behind).getBytes(StandardCharsets.UTF_8);
    }

    /** What is special in a pattern stands for itself. */
    private static String literally(String text) {
        return text.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
    }

    /** The list a walk goes by; empty while there is nothing. */
    private Optional<KeyList> list(boolean begins) throws StoreException {
        KeyList present = listed;
        if (present != null && !begins) {
            return Optional.of(present);
        }
        List<EntityKey> keys = new ArrayList<>();
        for (String found : server.keys(literally(before) + "*" + literally(behind), MOST_KEYS)) {
            if (found.length() > before.length() + behind.length()) {
                keys.add(new EntityKey(found.substring(before.length(), found.length() - behind.length())));
            }
        }
        Optional<KeyKind> kind = kindOf(keys);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        for (EntityKey key : keys) {
            if (!kind.get().canonical(key).filter(key::equals).isPresent()) {
                throw new StoreException(
                        name,
                        "key " + HiddenKey.of(key) + " is not as a key of kind "
                                + kind.get().label() + " is written; narrow `keys`, or leave it a text in `read`",
                        null);
            }
        }
        KeyList made = new KeyList(kind.get(), keys);
        listed = made;
        return Optional.of(made);
    }

    /** As the first document tells that is there; any number may have expired since they were listed. */
    private Optional<KeyKind> kindOf(List<EntityKey> keys) throws StoreException {
        int tried = 1;
        for (int from = 0; from < keys.size(); from += tried) {
            tried = Math.min(PAGE, Math.min(Math.max(1, from), keys.size() - from));
            Optional<Document> there =
                    read(keys.subList(from, from + tried)).values().stream().findFirst();
            if (there.isPresent()) {
                return Optional.of(there.get().keyKind());
            }
        }
        return Optional.empty();
    }

    @Override
    public void begins() {
        listed = null;
    }

    private List<EntityKey> keys(KeyRange range) throws StoreException {
        return list(range.after().isEmpty()).map(list -> list.of(range)).orElse(List.of());
    }

    @Override
    public Optional<KeyKind> keyKind() throws StoreException {
        return list(false).map(KeyList::kind);
    }

    @Override
    public List<Document> scan(KeyRange range, int limit) throws StoreException {
        List<Document> documents = new ArrayList<>();
        List<EntityKey> keys = keys(range);
        for (int from = 0; from < keys.size() && documents.size() < limit; ) {
            int to = Math.min(keys.size(), from + Math.min(PAGE, limit - documents.size()));
            List<EntityKey> page = keys.subList(from, to);
            Map<EntityKey, Document> there = read(page);
            for (EntityKey key : page) {
                Document document = there.get(key);
                if (document != null) {
                    documents.add(document);
                }
            }
            from = to;
        }
        return documents;
    }

    @Override
    public Map<EntityKey, Document> read(Collection<EntityKey> keys) throws StoreException {
        Map<EntityKey, Response<?>> found = new LinkedHashMap<>();
        Map<EntityKey, Response<Long>> expiries = new HashMap<>();
        server.together(pipeline -> {
            for (EntityKey key : keys) {
                byte[] named = named(key);
                found.put(key, spec.value() == Form.HASH ? pipeline.hgetAll(named) : pipeline.get(named));
                if (spec.expires().isPresent()) {
                    expiries.put(key, pipeline.pexpireTime(named));
                }
            }
        });
        Map<EntityKey, Document> documents = new LinkedHashMap<>();
        for (Map.Entry<EntityKey, Response<?>> each : found.entrySet()) {
            EntityKey key = each.getKey();
            document(key, each.getValue(), Optional.ofNullable(expiries.get(key)))
                    .ifPresent(document -> documents.put(key, document));
        }
        return documents;
    }

    private Optional<Document> document(EntityKey key, Response<?> answer, Optional<Response<Long>> expiry)
            throws StoreException {
        try {
            Object value = answer.get();
            Optional<Long> told = expiry.map(Response::get);
            if (told.filter(at -> at == GONE).isPresent()) {
                return Optional.empty(); // since its value was read
            }
            Optional<Instant> expires = told.filter(at -> at >= 0).map(Instant::ofEpochMilli);
            return switch (value) {
                case null -> Optional.empty();
                case byte[] string -> Optional.of(values.of(key, string, expires));
                case Map<?, ?> hash -> hash.isEmpty() ? Optional.empty() : Optional.of(values.of(key, hash, expires));
                default -> throw new IllegalStateException("unexpected answer " + value.getClass());
            };
        } catch (JedisException e) {
            throw server.told(e);
        } catch (StoreException e) {
            throw e.at(name);
        }
    }

    @Override
    public WriteReport write(List<Document> documents) throws StoreException {
        Map<EntityKey, String> refused = new HashMap<>();
        Map<EntityKey, Writing.Command> commands = new LinkedHashMap<>();
        for (Document document : documents) {
            try {
                commands.put(document.key(), writing.of(named(document.key()), document));
            } catch (Values.Unfit e) {
                refused.put(document.key(), name + ": " + e.getMessage());
            } catch (StoreException e) {
                throw e.at(name);
            }
        }
        Map<EntityKey, Response<?>> answers = new LinkedHashMap<>();
        server.together(pipeline -> commands.forEach((key, command) -> answers.put(key, command.on(pipeline))));
        List<EntityKey> done = new ArrayList<>();
        for (Map.Entry<EntityKey, Response<?>> answer : answers.entrySet()) {
            try {
                answer.getValue().get();
                done.add(answer.getKey());
            } catch (JedisException e) {
                throw server.told(e);
            }
        }
        return new WriteReport(done, Set.of(), refused);
    }

    @Override
    public WriteReport delete(List<EntityKey> keys) throws StoreException {
        if (keys.isEmpty()) {
            return WriteReport.NOTHING;
        }
        byte[][] named = keys.stream().map(this::named).toArray(byte[][]::new);
        server.ask(redis -> redis.del(named));
        return WriteReport.done(keys);
    }

    @Override
    public List<StoreProblem> check() {
        List<StoreProblem> problems = new ArrayList<>();
        try {
            int version = server.version();
            if (spec.expires().isPresent() && version < TELLS_MOMENTS) {
                problems.add(new StoreProblem(
                        slice,
                        side,
                        "the database is of version " + version + ", which does not tell when a key expires (expected "
                                + TELLS_MOMENTS + " or newer); leave `expires` out, or bring it up to date"));
            }
            scan(KeyRange.ALL, 1);
        } catch (StoreException e) {
            problems.add(StoreProblem.of(slice, side, e));
        }
        return problems;
    }

    @Override
    public List<String> fields() {
        return List.of();
    }

    @Override
    public long count(KeyRange range) throws StoreException {
        return keys(range).size();
    }

    @Override
    public Optional<EntityKey> last() throws StoreException {
        List<EntityKey> keys = keys(KeyRange.ALL);
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.getLast());
    }

    @Override
    public Optional<EntityKey> nth(KeyRange range, int position) throws StoreException {
        List<EntityKey> keys = keys(range);
        return position <= keys.size() ? Optional.of(keys.get(position - 1)) : Optional.empty();
    }

    @Override
    public List<EntityKey> cuts(KeyRange range, int step, int most) throws StoreException {
        List<EntityKey> keys = keys(range);
        List<EntityKey> cuts = new ArrayList<>();
        for (int at = step; at <= keys.size() && cuts.size() < most; at += step) {
            cuts.add(keys.get(at - 1));
        }
        return cuts;
    }

    @Override
    public void close() {
        server.close();
    }
}
