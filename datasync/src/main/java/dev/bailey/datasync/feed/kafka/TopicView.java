package dev.bailey.datasync.feed.kafka;

import dev.bailey.model.spec.FeedSpec.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What the brokers say of a topic at this moment: its partitions, and where they end. A reader of committed records does not
 * know the latter: its own end is where the oldest transaction began that is still open, with committed records behind it.
 */
final class TopicView implements AutoCloseable {

    private static final ListOffsetsOptions WHATEVER_IS_OPEN = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);

    private final String topic;
    private final Duration close;
    private final Admin admin;

    TopicView(Topic spec, Map<String, Object> settings, Duration close) {
        this.topic = spec.topic();
        this.close = close;
        this.admin = Admin.create(new HashMap<>(settings));
    }

    /** @param id tells the topic from one that is made anew under its name */
    record Described(String id, List<TopicPartition> partitions) {}

    /** Empty where there is no such topic. */
    Optional<Described> described() {
        try {
            TopicDescription described =
                    await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
            return Optional.ofNullable(described)
                    .map(found -> new Described(
                            found.topicId().toString(),
                            found.partitions().stream()
                                    .map(partition -> new TopicPartition(topic, partition.partition()))
                                    .toList()));
        } catch (UnknownTopicOrPartitionException none) {
            return Optional.empty();
        }
    }

    /** Empty where there is no such topic. */
    Optional<List<TopicPartition>> partitions() {
        return described().map(Described::partitions);
    }

    /** The offset of the oldest record that is there. */
    Map<TopicPartition, Long> begins(List<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    /** The offset behind the newest record that consumers can be given now or once its transaction has ended. */
    Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = partitions.stream().collect(Collectors.toMap(each -> each, _ -> which));
        return await(admin.listOffsets(asked, WHATEVER_IS_OPEN).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    /** Bounded by the client's own {@code default.api.timeout.ms}. */
    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close(close);
    }
}
