package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.job.Progress;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The engine's offsets in Bailey's own store. The engine makes it by its name, so where to keep them is found by the feed's. */
public final class KeptOffsets extends MemoryOffsetBackingStore {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    /** Where the newest transaction ends that was given whole. */
    static final String TRANSACTION = "lsn_commit";

    static final List<String> POSITIONS = List.of("lsn", "lsn_proc", TRANSACTION);

    /** What stood at the position. */
    static final String MESSAGE = "messageType";

    static final String COMMIT = "COMMIT";

    private static final Map<String, Kept> PLACES = new ConcurrentHashMap<>();

    private @Nullable Kept place;

    /** Where a feed's offsets are kept. */
    record Kept(Progress memory, String key) {}

    static void at(String engine, Progress memory, String key) {
        PLACES.put(engine, new Kept(memory, key));
    }

    static void gone(String engine) {
        PLACES.remove(engine);
    }

    /** The newest position of the log that is kept; empty where none is yet. */
    static OptionalLong position(String kept) {
        return JSON.readValue(kept, TEXTS).values().stream()
                .map(value -> JSON.readTree(Base64.getDecoder().decode(value)))
                .flatMap(offset -> POSITIONS.stream().map(offset::path))
                .filter(JsonNode::isNumber)
                .mapToLong(JsonNode::longValue)
                .max();
    }

    /** What is kept of where it stands; empty where nothing is yet. */
    static Map<String, String> newest(String kept) {
        Map<String, String> read = new HashMap<>();
        JSON.readValue(kept, TEXTS)
                .values()
                .forEach(value -> JSON.readTree(Base64.getDecoder().decode(value))
                        .forEachEntry((name, node) -> read.put(name, node.asString())));
        return read;
    }

    @Override
    public void configure(WorkerConfig config) {
        super.configure(config);
        place = PLACES.get(String.valueOf(config.originals().get("name")));
    }

    private Kept known() {
        Kept kept = place;
        if (kept == null) {
            throw new IllegalStateException("no place is known for the offsets of an engine");
        }
        return kept;
    }

    @Override
    public void start() {
        super.start();
        Map<ByteBuffer, ByteBuffer> read = new HashMap<>();
        Kept from = known();
        from.memory()
                .load(from.key())
                .filter(text -> !text.isEmpty())
                .ifPresent(text ->
                        JSON.readValue(text, TEXTS).forEach((key, value) -> read.put(bytes(key), bytes(value))));
        data = read;
    }

    @Override
    protected void save() {
        Map<String, String> texts = new HashMap<>();
        data.forEach((key, value) -> {
            if (key != null && value != null) {
                texts.put(text(key), text(value));
            }
        });
        Kept to = known();
        to.memory().save(to.key(), JSON.writeValueAsString(texts));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(text));
    }

    private static String text(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connector) {
        return Set.of();
    }
}
