package dev.bailey.model.spec;

import dev.bailey.model.spec.FeedSpec.Topic;
import java.util.List;
import java.util.Optional;

/** Reads where a Kafka topic is, and which entity a record of it is about. */
final class TopicReader {

    private TopicReader() {}

    static Topic read(Fields from, boolean fromEnd) {
        if (!from.has("servers")) {
            from.missing("servers", "name one broker or more, such as servers: [kafka:9092]");
        }
        List<String> servers = from.texts("servers");
        for (String server : servers) {
            if (!server.matches("[^\\s:/]+:[0-9]{1,5}|\\[[0-9a-fA-F:]+]:[0-9]{1,5}")) {
                from.error(
                        "servers",
                        "'" + Fields.shortened(server) + "' names no broker (expected a host and its port)",
                        "write it like kafka:9092");
            }
        }
        String topic = from.required("topic", "write topic: and the topic's name");
        if (!topic.equals("?") && !topic.matches("[A-Za-z0-9._-]{1,249}")) {
            from.error(
                    "topic",
                    "'topic' is '" + Fields.shortened(topic) + "' (expected letters, digits, dots, - and _)",
                    "write the topic's name");
        }
        Optional<String> key = from.text("key");
        if (key.isPresent() && !key.get().startsWith("/")) {
            from.error(
                    "key",
                    "'key' is '" + Fields.shortened(key.get()) + "' (expected a JSON pointer into the value)",
                    "begin it with a slash, or leave it out to take the record's own key");
        }
        return new Topic(servers, topic, key, fromEnd, from.textMap("properties"));
    }
}
