package dev.bailey.datasync.feed.debezium;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Records of PostgreSQL's log: rows, and messages, of which those with Bailey's prefix are markers. */
record PostgresRecords(RecordReader rows) implements Function<SourceRecord, Captured> {

    static final String MARKERS = "bailey";

    private static final Captured NOTHING = Captured.changes(List.of());

    @Override
    public Captured apply(SourceRecord event) {
        if (!(event.value() instanceof Struct value)) {
            return NOTHING;
        }
        Struct message = RecordReader.struct(value, "message");
        if (message == null) {
            return rows.read(value);
        }
        return MARKERS.equals(RecordReader.text(message, "prefix")) ? Captured.marker(content(message)) : NOTHING;
    }

    private static String content(Struct message) {
        return switch (message.get("content")) {
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case ByteBuffer buffer ->
                StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
            case null, default -> "";
        };
    }
}
