package dev.bailey.datasync.feed.kafka;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.FeedException;
import dev.bailey.datasync.feed.FeedException.Lost;
import dev.bailey.datasync.feed.FeedException.Unavailable;
import dev.bailey.datasync.feed.Polled;
import dev.bailey.datasync.feed.Source;
import dev.bailey.datasync.job.Progress;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.FeedSpec.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A topic read from all its partitions, without a group: where it stands is kept in Bailey's own store. A marker is where the
 * partitions ended when it was put, so nothing is written to the topic.
 */
public final class TopicFeed implements Feed {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<TreeMap<Integer, Long>> OFFSETS = new TypeReference<>() {};
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int API_TIMEOUT_MS = 5_000;

    private final Topic spec;
    private final RecordKey key;
    private final Progress memory;
    private final String offsets;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicView view;
    private final Map<String, Map<TopicPartition, Long>> ends = new HashMap<>();
    private List<TopicPartition> partitions = List.of();
    private Map<Integer, Long> kept;

    private TopicFeed(Topic spec, Progress memory, String offsets, Map<Integer, Long> kept, int batch) {
        this.spec = spec;
        this.key = new RecordKey(spec.key());
        this.memory = memory;
        this.offsets = offsets;
        this.kept = kept;
        Map<String, Object> settings = new HashMap<>(spec.properties());
        settings.put("bootstrap.servers", String.join(",", spec.servers()));
        settings.put("default.api.timeout.ms", Integer.toString(API_TIMEOUT_MS));
        settings.put("request.timeout.ms", Integer.toString(API_TIMEOUT_MS));
        view = new TopicView(spec, settings, CLOSE);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "none");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", "false");
        settings.put("max.poll.records", Integer.toString(batch));
        try {
            consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            view.close();
            throw e;
        }
    }

    /** @param offsets the memory's key of where it stands */
    public static Source source(Topic spec, int batch, Progress memory, String offsets) {
        return new Source() {
            @Override
            public Opened open() throws FeedException {
                Optional<Map<Integer, Long>> stood =
                        memory.load(offsets).filter(text -> !text.isEmpty()).map(text -> JSON.readValue(text, OFFSETS));
                TopicFeed feed;
                try {
                    feed = new TopicFeed(spec, memory, offsets, stood.orElseGet(TreeMap::new), batch);
                } catch (KafkaException e) {
                    throw unavailable(spec, e);
                }
                try {
                    feed.assign(feed.partitionsNow(), stood.isEmpty());
                    return new Opened(feed, stood.isEmpty());
                } catch (FeedException | RuntimeException e) {
                    feed.close();
                    throw e;
                }
            }

            @Override
            public void release() {
                memory.save(offsets, ""); // the topic keeps nothing for anybody
            }
        };
    }

    private List<TopicPartition> partitionsNow() throws FeedException {
        try {
            return view.partitions().orElseThrow(() -> new Unavailable("there is no topic " + spec.topic()));
        } catch (KafkaException e) {
            throw unavailable(spec, e);
        }
    }

    private void assign(List<TopicPartition> present, boolean anew) throws FeedException {
        try {
            partitions = present;
            consumer.assign(partitions);
            Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> last = view.ends(partitions);
            // What is in a transaction that is open now comes later than now.
            Map<TopicPartition, Long> committed = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                long begin = first.getOrDefault(partition, 0L);
                long end = last.getOrDefault(partition, 0L);
                // A partition that was not there before is read from its beginning, whoever began when.
                long start = anew && spec.fromEnd() ? committed.getOrDefault(partition, 0L) : begin;
                long at = kept.getOrDefault(partition.partition(), start);
                if (at < begin || at > end) {
                    throw gone(partition + " has only " + begin + " to " + end + ", and " + at + " was to come next");
                }
                consumer.seek(partition, at);
            }
            if (!anew) {
                keep(); // else not before the debt is written down
            }
        } catch (KafkaException e) {
            throw unavailable(spec, e);
        }
    }

    private Lost gone(String what) {
        return new Lost("topic " + spec.topic() + " was truncated or made anew: " + what);
    }

    private static Unavailable unavailable(Topic spec, KafkaException e) {
        StringBuilder why = new StringBuilder("topic ").append(spec.topic());
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            why.append(": ").append(cause.getMessage());
        }
        return new Unavailable(why.toString(), e);
    }

    @Override
    public Polled poll(int most, Duration wait) throws FeedException {
        try {
            List<Change> changes = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                changes.add(change(record));
            }
            Map<Integer, Long> positions = positions();
            Set<String> through = new HashSet<>();
            ends.forEach((marker, end) -> {
                boolean reached = end.entrySet().stream()
                        .allMatch(each -> positions.getOrDefault(each.getKey().partition(), 0L) >= each.getValue());
                if (reached) {
                    through.add(marker);
                }
            });
            through.forEach(ends::remove);
            return new Polled(changes, through);
        } catch (OffsetOutOfRangeException e) {
            throw gone("the offsets " + e.offsetOutOfRangePartitions().values() + " are not there any more");
        } catch (InterruptException e) {
            throw new Unavailable("interrupted", e);
        } catch (KafkaException e) {
            throw unavailable(spec, e);
        }
    }

    private Change change(ConsumerRecord<byte[], byte[]> record) {
        return new Change(
                key.of(record.key(), record.value()).map(EntityKey::new),
                Optional.of(record.topic()),
                Optional.of("partition " + record.partition() + ", offset " + record.offset()),
                Optional.of(Instant.ofEpochMilli(record.timestamp())),
                Optional.empty());
    }

    private Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new TreeMap<>();
        partitions.forEach(partition -> positions.put(partition.partition(), consumer.position(partition)));
        return positions;
    }

    @Override
    public void applied() throws FeedException {
        try {
            keep();
        } catch (KafkaException e) {
            throw unavailable(spec, e);
        }
    }

    private void keep() {
        Map<Integer, Long> positions = positions();
        if (!positions.equals(kept)) {
            memory.save(offsets, JSON.writeValueAsString(positions));
            kept = positions;
        }
    }

    @Override
    public void mark(String marker) throws FeedException {
        List<TopicPartition> present = partitionsNow();
        if (present.size() != partitions.size()) {
            assign(present, false);
        }
        try {
            ends.put(marker, view.ends(partitions));
        } catch (KafkaException e) {
            throw unavailable(spec, e);
        }
    }

    /** Offsets that are not read yet; the ends of transactions are among them. */
    @Override
    public OptionalLong waiting() throws FeedException {
        try {
            Map<Integer, Long> positions = positions();
            return OptionalLong.of(view.ends(partitions).entrySet().stream()
                    .mapToLong(end -> Math.max(
                            0,
                            end.getValue() - positions.getOrDefault(end.getKey().partition(), 0L)))
                    .sum());
        } catch (KafkaException e) {
            throw unavailable(spec, e);
        }
    }

    @Override
    public void close() {
        view.close();
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE));
    }
}
