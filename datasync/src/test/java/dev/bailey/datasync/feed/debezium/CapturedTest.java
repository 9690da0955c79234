package dev.bailey.datasync.feed.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.store.sql.PostgresLog;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import java.io.EOFException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class CapturedTest {

    private static final Schema ROW =
            SchemaBuilder.struct().optional().field("id", Schema.STRING_SCHEMA).build();
    private static final Schema SOURCE = SchemaBuilder.struct()
            .field("schema", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .build();
    private static final Schema EVENT = SchemaBuilder.struct()
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .build();

    @Test
    void aKeyOfThePatternIsTold() {
        assertThat(keys("ord_7")).containsExactly(Optional.of(new EntityKey("7")));
    }

    @Test
    void aKeyThatAnUpdateLeftAloneAndTheLogDoesNotHoldIsUntold() {
        assertThat(keys("__debezium_unavailable_value")).containsExactly(Optional.empty());
    }

    @Test
    void whatTheEngineFailedOfIsToldWithoutValues() {
        DataException value = new DataException("Invalid value: ann@example.org for field email");
        assertThat(PostgresLog.withoutValues(new IllegalStateException("row ann@example.org", value)))
                .isEqualTo("DataException");
        assertThat(PostgresLog.withoutValues(new DataException("at ann@example.org", new EOFException("the end"))))
                .isEqualTo("the end");
        assertThat(PostgresLog.withoutValues(new DataException("x", new SQLException("slot is active", "55006"))))
                .isEqualTo("slot is active");
    }

    private static List<Optional<EntityKey>> keys(String id) {
        Struct event = new Struct(EVENT)
                .put("after", new Struct(ROW).put("id", id))
                .put("source", new Struct(SOURCE).put("schema", "public").put("table", "orders"));
        Capture spec = new Capture(
                new Login("jdbc:postgresql://localhost/shop", "", ""),
                Map.of("orders", "id"),
                Map.of("orders", "(?:ord_)?(.*)"),
                Optional.empty());
        return Captured.of(new SourceRecord(Map.of(), Map.of(), "t", EVENT, event), spec).changes().stream()
                .map(Change::key)
                .toList();
    }
}
