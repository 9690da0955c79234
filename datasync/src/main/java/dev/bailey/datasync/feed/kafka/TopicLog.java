package dev.bailey.datasync.feed.kafka;

import dev.bailey.datasync.replay.Event;
import dev.bailey.datasync.replay.EventLog;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.UnreachableException;
import dev.bailey.model.spec.FeedSpec.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A topic read whole, without a group: what is committed, in the order of each partition. */
public final class TopicLog implements EventLog {

    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int API_TIMEOUT_MS = 5_000;
    private static final int MOST = 1_000;

    private final Topic spec;
    private final RecordKey key;
    private final TopicView view;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private List<TopicPartition> assigned = List.of();

    private TopicLog(Topic spec, TopicView view, KafkaConsumer<byte[], byte[]> consumer) {
        this.spec = spec;
        this.key = new RecordKey(spec.key());
        this.view = view;
        this.consumer = consumer;
    }

    public static EventLog open(Topic spec) throws StoreException {
        Map<String, Object> settings = new HashMap<>(spec.properties());
        settings.put("bootstrap.servers", String.join(",", spec.servers()));
        settings.put("default.api.timeout.ms", Integer.toString(API_TIMEOUT_MS));
        settings.put("request.timeout.ms", Integer.toString(API_TIMEOUT_MS));
        try {
            TopicView view = new TopicView(spec, settings, CLOSE);
            settings.put("enable.auto.commit", "false");
            settings.put("auto.offset.reset", "none");
            settings.put("isolation.level", "read_committed");
            settings.put("allow.auto.create.topics", "false");
            settings.put("max.poll.records", Integer.toString(MOST));
            try {
                return new TopicLog(
                        spec,
                        view,
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
            } catch (KafkaException e) {
                view.close();
                throw e;
            }
        } catch (KafkaException e) {
            throw told(spec, e);
        }
    }

    private static StoreException told(Topic spec, KafkaException e) {
        StringBuilder why = new StringBuilder("topic ").append(spec.topic());
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            why.append(": ").append(cause.getMessage());
        }
        return e instanceof RetriableException
                ? new UnreachableException(
                        "",
                        UnreachableException.Why.NETWORK,
                        why + "; see whether the brokers answer, or correct `servers` (" + spec.servers() + ")",
                        e)
                : new StoreException(why.toString(), e);
    }

    @Override
    public Extent extent() throws StoreException {
        try {
            TopicView.Described topic = view.described()
                    .orElseThrow(() -> new StoreException("there is no topic " + spec.topic()
                            + " (or no right to describe it); mend `replay: topic`"));
            return new Extent(
                    known(spec.topic(), topic.id()),
                    offsets(view.begins(topic.partitions())),
                    offsets(view.ends(topic.partitions())));
        } catch (KafkaException e) {
            throw told(spec, e);
        }
    }

    /** @throws StoreException where the brokers give topics no ids */
    static String known(String topic, String id) throws StoreException {
        if (id.equals(Uuid.ZERO_UUID.toString())) {
            throw new StoreException("the brokers tell no id of topic " + topic + " (expected one, as of Kafka 2.8), so"
                    + " nobody could tell it from one that is made anew under its name; update the brokers, or copy from"
                    + " legacy's store: leave `replay` out");
        }
        return id;
    }

    private static Map<Integer, Long> offsets(Map<TopicPartition, Long> of) {
        Map<Integer, Long> offsets = new TreeMap<>();
        of.forEach((partition, offset) -> offsets.put(partition.partition(), offset));
        return offsets;
    }

    @Override
    public void seek(Map<Integer, Long> next) throws StoreException {
        try {
            assigned = next.keySet().stream()
                    .map(partition -> new TopicPartition(spec.topic(), partition))
                    .toList();
            consumer.assign(assigned);
            next.forEach((partition, offset) -> consumer.seek(new TopicPartition(spec.topic(), partition), offset));
        } catch (KafkaException e) {
            throw told(spec, e);
        }
    }

    @Override
    public Batch poll(Duration wait) throws StoreException {
        try {
            List<Event> events = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                events.add(event(record));
            }
            Map<Integer, Long> next = new TreeMap<>();
            assigned.forEach(partition -> next.put(partition.partition(), consumer.position(partition)));
            return new Batch(events, next);
        } catch (KafkaException e) {
            throw told(spec, e);
        }
    }

    private Event event(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            byte @Nullable [] value = header.value();
            headers.put(header.key(), value == null ? "" : new String(value, StandardCharsets.UTF_8));
        }
        return new Event(
                record.partition(),
                record.offset(),
                key.of(record.key(), record.value()),
                record.value(),
                headers,
                Instant.ofEpochMilli(record.timestamp()));
    }

    @Override
    public void close() {
        // The client does not close for a thread that is interrupted.
        boolean interrupted = Thread.interrupted();
        try {
            view.close();
            consumer.close(CloseOptions.timeout(CLOSE));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
