package dev.bailey.datasync;

import dev.bailey.model.spec.BackfillSpec;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.LogStore;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.FeedSpec.Topic;
import dev.bailey.model.spec.KeyNames;
import dev.bailey.model.spec.ReconcileSpec;
import dev.bailey.model.spec.ReplaySpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Accounts whose balances are sums of events. What happens to one is done to legacy's table by SQL and told in a topic, apart
 * from each other: so the table is an account of the truth that owes nothing to the fold.
 */
final class Accounts implements AutoCloseable {

    static final String STATE = """
            event.type = "opened" ? {"id": $number(key), "owner": event.owner, "cents": 0}
            : event.type = "moved" ? $merge([state, {"cents": state.cents + event.cents}])
            : event.type = "closed" ? null
            : state
            """;

    final Broker broker;
    final String topic;
    final String legacyUrl;
    final String modernUrl;

    private final Connection legacy;
    private final SplittableRandom random;
    private final int keys;
    private @Nullable KafkaProducer<String, String> producer;

    Accounts(Broker broker, String topic, int partitions, int keys, long seed, Path folder, String modernUrl)
            throws Exception {
        this.broker = broker;
        this.topic = topic;
        this.keys = keys;
        this.random = new SplittableRandom(seed);
        this.modernUrl = modernUrl;
        this.legacyUrl = "jdbc:sqlite:" + folder.resolve(topic + "-legacy.db");
        broker.topic(topic, partitions);
        Shop.sql(legacyUrl, "pragma journal_mode = wal");
        Shop.sql(
                legacyUrl,
                "create table account (id integer primary key, owner text not null, cents integer not null)");
        Shop.sql(
                modernUrl,
                "create table holding (number bigint primary key, holder text not null, balance numeric(14,2) not null)");
        legacy = DriverManager.getConnection(legacyUrl);
        legacy.setAutoCommit(false);
    }

    ReplaySpec replay(String state) {
        return replay(topic, broker.address, state, Set.of(), false);
    }

    static ReplaySpec replay(String topic, String broker, String state, Set<String> except, boolean truncated) {
        return new ReplaySpec(
                new Topic(List.of(broker), topic, Optional.empty(), false, Map.of()),
                state,
                Optional.of("{\"id\": id, \"owner\": owner, \"balance\": cents / 100}"),
                0,
                except,
                truncated);
    }

    /** Legacy's store beside the log. */
    DataSpec beside(ReplaySpec replay) {
        return data(Optional.of(legacyUrl), modernUrl, replay);
    }

    /** No truth but the log. */
    DataSpec alone(ReplaySpec replay) {
        return data(Optional.empty(), modernUrl, replay);
    }

    static DataSpec data(Optional<String> legacyUrl, String modernUrl, ReplaySpec replay) {
        SqlStore modern = new SqlStore(
                modernUrl,
                "",
                "",
                "select number as id, holder as owner, balance from holding",
                Map.of(),
                Optional.of(new WriteTable(
                        "holding",
                        Map.of("id", "number", "owner", "holder", "balance", "balance"),
                        Map.of(),
                        Map.of())));
        return new DataSpec(
                KeyNames.of("id"),
                Optional.empty(),
                ConflictPolicy.AUTHORITY,
                legacyUrl
                        .<DataSpec.StoreSpec>map(url -> new SqlStore(
                                url,
                                "",
                                "",
                                "select id, owner, cents / 100.0 as balance from account",
                                Map.of(),
                                Optional.empty()))
                        .orElseGet(() -> new LogStore(replay)),
                modern,
                BackfillSpec.DEFAULTS,
                ReconcileSpec.DEFAULTS,
                Optional.of(replay));
    }

    /** So many things happen; some are told in transactions, others in ones that are aborted and so never happened. */
    void happen(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            if (random.nextInt(50) == 0) {
                transaction()
                        .send(new ProducerRecord<>(topic, Long.toString(1 + random.nextInt(keys)), moved(1_000_000)))
                        .get();
                transaction().abortTransaction();
                transaction().beginTransaction();
            } else if (random.nextInt(50) == 0) {
                broker.flush();
                for (int each = 0; each < 3; each++) {
                    transaction().send(happened()).get();
                }
                transaction().commitTransaction();
                transaction().beginTransaction();
            } else {
                broker.post(happened());
            }
        }
        broker.flush();
        legacy.commit();
    }

    private KafkaProducer<String, String> transaction() {
        KafkaProducer<String, String> open = producer;
        if (open == null) {
            open = broker.transaction(topic);
            producer = open;
        }
        return open;
    }

    @Override
    public void close() throws SQLException {
        legacy.close();
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }

    private static String moved(int cents) {
        return "{\"type\":\"moved\",\"cents\":" + cents + "}";
    }

    private ProducerRecord<String, String> happened() throws SQLException {
        int id = 1 + random.nextInt(keys);
        String key = Integer.toString(id);
        if (!there(id)) {
            sql("insert into account values (?, ?, 0)", id, "owner " + id % 7);
            return new ProducerRecord<>(topic, key, "{\"type\":\"opened\",\"owner\":\"owner " + id % 7 + "\"}");
        }
        return switch (random.nextInt(20)) {
            case 0 -> {
                sql("delete from account where id = ?", id);
                yield new ProducerRecord<>(topic, key, null);
            }
            case 1 -> {
                sql("delete from account where id = ?", id);
                yield new ProducerRecord<>(topic, key, "{\"type\":\"closed\"}");
            }
            case 2 -> new ProducerRecord<>(topic, key, "{\"type\":\"looked at\"}");
            default -> {
                int cents = random.nextInt(-5_000, 10_000);
                sql("update account set cents = cents + ? where id = ?", cents, id);
                yield new ProducerRecord<>(topic, key, moved(cents));
            }
        };
    }

    private boolean there(int id) throws SQLException {
        try (PreparedStatement statement = legacy.prepareStatement("select 1 from account where id = ?")) {
            statement.setInt(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private void sql(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = legacy.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    /** Both stores by SQL of their own, past everything of Bailey's. */
    Map<Long, String> atLegacy() throws SQLException {
        return rows(legacyUrl, "select id, owner, cents from account");
    }

    Map<Long, String> atModern() throws SQLException {
        return rows(modernUrl, "select number, holder, cast(round(balance * 100) as bigint) from holding");
    }

    private static Map<Long, String> rows(String url, String query) throws SQLException {
        Map<Long, String> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet row = connection.createStatement().executeQuery(query)) {
            while (row.next()) {
                rows.put(row.getLong(1), row.getString(2) + ", " + row.getLong(3));
            }
        }
        return rows;
    }
}
