package dev.bailey.datasync.feed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.store.StoreException;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TopicLogTest {

    @Test
    void aTopicWithoutAnIdIsRefusedSinceNobodyCouldTellItFromAnother() throws StoreException {
        String id = Uuid.randomUuid().toString();
        assertThat(TopicLog.known("events", id)).isEqualTo(id);
        assertThatThrownBy(() -> TopicLog.known("events", Uuid.ZERO_UUID.toString()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no id of topic events (expected one, as of Kafka 2.8)");
    }
}
