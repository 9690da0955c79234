package dev.bailey.datasync;

import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two sides with orders whose key is a tenant and a number, each side in a database of any kind. */
final class TenantOrders {

    static final KeyNames KEY = KeyNames.of("tenant", "number");

    /** Texts that only an escape, their letter case or their bytes tell from one another. */
    static final List<String> TENANTS = List.of(
            "acme",
            "Acme",
            "a",
            "A",
            "a/b",
            "a~1b",
            "a~b",
            "a~0b",
            "/",
            "~",
            "//",
            "~~1",
            "é",
            "\ud83d\ude00",
            "10",
            "9");

    final String legacy;
    final String modern;
    private final boolean nested;

    private TenantOrders(String legacy, String modern, boolean nested) {
        this.legacy = legacy;
        this.modern = modern;
        this.nested = nested;
    }

    static TenantOrders open(Server legacy, Server modern, Path folder) throws Exception {
        return open(legacy, modern, folder, false);
    }

    /** @param nested whether an order has lines, and a note in a table of its own */
    static TenantOrders open(Server legacy, Server modern, Path folder, boolean nested) throws Exception {
        TenantOrders orders = new TenantOrders(legacy.database(folder), modern.database(folder), nested);
        tables(orders.legacy, legacy);
        tables(orders.modern, modern);
        return orders;
    }

    private static void tables(String url, Server server) throws Exception {
        String key = "tenant " + server.text() + " not null, number bigint not null, ";
        Engine.run(
                url,
                "create table orders (" + key
                        + "total decimal(12,2), code varchar(40), version bigint not null default 1,"
                        + " primary key (tenant, number), unique (tenant, code))",
                "create table line (" + key
                        + "sku varchar(20) not null, quantity bigint, primary key (tenant, number, sku))",
                "create table note (" + key + "body varchar(40), primary key (tenant, number))",
                "create table marks (id varchar(255) primary key, state varchar(64) not null)");
    }

    static EntityKey key(String tenant, long number) {
        return KeyParts.joined(List.of(tenant, Long.toString(number)));
    }

    DataSpec data(ConflictPolicy policy) {
        return new DataSpec(
                KEY,
                policy == ConflictPolicy.AUTHORITY ? Optional.empty() : Optional.of("version"),
                policy,
                side(legacy, policy),
                side(modern, policy),
                dev.bailey.model.spec.BackfillSpec.DEFAULTS);
    }

    DataSpec data() {
        return data(ConflictPolicy.AUTHORITY);
    }

    private SqlStore side(String url, ConflictPolicy policy) {
        Map<String, String> columns =
                Map.of("tenant", "tenant", "number", "number", "total", "total", "code", "code", "version", "version");
        WriteTable write = new WriteTable(
                "orders",
                columns,
                Map.of(),
                Map.of(),
                nested ? Map.of("note", new PartTable(KEY, Map.of("body", "body"), Map.of(), false)) : Map.of(),
                nested
                        ? Map.of(
                                "lines",
                                new ChildTable(
                                        "line",
                                        KEY,
                                        Map.of("sku", "sku", "quantity", "quantity"),
                                        Map.of(),
                                        Map.of(),
                                        List.of("sku")))
                        : Map.of(),
                policy == ConflictPolicy.PARK ? Optional.of("marks") : Optional.empty());
        return new SqlStore(
                url,
                "",
                "",
                nested
                        ? "select o.tenant, o.number, o.total, o.code, o.version, n.body from orders o left join note n on"
                                + " n.tenant = o.tenant and n.number = o.number"
                        : "select tenant, number, total, code, version from orders",
                nested
                        ? Map.of(
                                "lines",
                                "select tenant as _key_1, number as _key_2, sku, quantity from line order by sku")
                        : Map.of(),
                Optional.of(write));
    }

    StorePair stores(DataSpec data) {
        EntityStore one = SqlEntityStore.open(Shop.ORDERS, Side.LEGACY, data, (SqlStore) data.legacy());
        EntityStore other = SqlEntityStore.open(Shop.ORDERS, Side.MODERN, data, (SqlStore) data.modern());
        return new StorePair(Shop.ORDERS, one, other);
    }

    /** Orders 1 to {@code each} of every tenant at legacy. */
    void fill(int each) throws Exception {
        try (Connection connection = DriverManager.getConnection(legacy)) {
            connection.setAutoCommit(false);
            try (PreparedStatement order = connection.prepareStatement(
                    "insert into orders (tenant, number, total, code) values (?, ?, ?, ?)")) {
                for (String tenant : TENANTS) {
                    for (int number = 1; number <= each; number++) {
                        order.setString(1, tenant);
                        order.setLong(2, number);
                        order.setBigDecimal(3, java.math.BigDecimal.valueOf(number * 7L, 2));
                        order.setString(4, "code " + number);
                        order.addBatch();
                    }
                }
                order.executeBatch();
            }
            connection.commit();
        }
    }

    static void run(String url, String sql, String tenant, long number) throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            statement.setLong(2, number);
            statement.executeUpdate();
        }
    }
}
