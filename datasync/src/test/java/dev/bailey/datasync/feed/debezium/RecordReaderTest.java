package dev.bailey.datasync.feed.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.store.sql.LogTable;
import dev.bailey.datasync.store.sql.MariaLog;
import dev.bailey.datasync.store.sql.PostgresLog;
import dev.bailey.model.route.EntityKey;
import java.io.EOFException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class RecordReaderTest {

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
    void aKeyOfSeveralPartsIsOfItsColumnsInTheOrderOfTheFile() {
        Schema row = SchemaBuilder.struct()
                .field("number", Schema.INT32_SCHEMA)
                .field("tenant", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        Struct both = new Struct(row).put("number", 7).put("tenant", "a/b");
        Struct half = new Struct(row).put("number", 7);
        LogTable orders = new LogTable("orders", "public", "orders", List.of("tenant", "number"));

        assertThat(keys(orders, row, both)).containsExactly(Optional.of(new EntityKey("a~1b/7")));
        assertThat(keys(orders, row, half)).containsExactly(Optional.empty());
    }

    private static List<Optional<EntityKey>> keys(LogTable table, Schema row, Struct after) {
        Schema schema = SchemaBuilder.struct()
                .field("after", row)
                .field("source", SOURCE)
                .build();
        Struct source = new Struct(SOURCE).put("schema", table.schema()).put("table", table.name());
        return new RecordReader(List.of(table), Map.of())
                .read(new Struct(schema).put("after", after).put("source", source)).changes().stream()
                        .map(Change::key)
                        .toList();
    }

    @Test
    void whatIsToldOfATableThatNobodyDeclaredIsAStranger() {
        LogTable orders = new LogTable("orders", "public", "orders", List.of("id"));
        Struct source = new Struct(SOURCE).put("schema", "public").put("table", "orders_was");
        Captured read = new RecordReader(List.of(orders), Map.of())
                .read(new Struct(EVENT)
                        .put("after", new Struct(ROW).put("id", "7"))
                        .put("source", source));

        assertThat(read.stranger()).contains("table public.orders_was");
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
        assertThat(MariaLog.withoutValues(
                        new DataException("x", new SQLException("Incorrect value: 'ann@example.org'", "22007", 1292))))
                .isEqualTo("a value cannot be read as its type (error 1292, SQLSTATE 22007)");
    }

    private static List<Optional<EntityKey>> keys(String id) {
        Struct event = new Struct(EVENT)
                .put("after", new Struct(ROW).put("id", id))
                .put("source", new Struct(SOURCE).put("schema", "public").put("table", "orders"));
        RecordReader reader = new RecordReader(
                List.of(new LogTable("orders", "public", "orders", List.of("id"))), Map.of("orders", "(?:ord_)?(.*)"));
        return reader.read(event).changes().stream().map(Change::key).toList();
    }
}
