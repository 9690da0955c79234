package dev.bailey.datasync;

import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two order stores with nothing in common but what they mean: integer cents and numeric ids, decimals and prefixed ids. */
public final class Shop implements AutoCloseable {

    public static final SliceName ORDERS = new SliceName("orders");

    private static final List<String> LEGACY_DDL = List.of(
            "create table orders (id integer primary key, customer text not null, note text, cents integer not null,"
                    + " version integer not null default 1)",
            "create table line (order_id integer not null, sku text not null, qty integer not null, cents integer not"
                    + " null)");

    private static final List<String> MODERN_DDL = List.of(
            "create table purchase (order_id text primary key, customer_id text not null, remark text, total"
                    + " numeric(18,2) not null, version bigint not null default 1)",
            "create table purchase_line (order_id text not null, sku text not null, quantity integer not null, price"
                    + " numeric(18,2) not null)");

    private static final List<String> MODERN_DDL_MARIADB = List.of(
            "create table purchase (order_id varchar(40) collate utf8mb4_nopad_bin primary key, customer_id varchar(60) not"
                    + " null, remark text, total numeric(18,2) not null, version bigint not null default 1)",
            "create table purchase_line (order_id varchar(40) collate utf8mb4_nopad_bin not null, sku varchar(20) not null,"
                    + " quantity integer not null, price numeric(18,2) not null, index (order_id))");

    final String legacyUrl;
    final String modernUrl;
    final DataSpec data;
    final StorePair stores;

    private Shop(String legacyUrl, String modernUrl, DataSpec data, StorePair stores) {
        this.legacyUrl = legacyUrl;
        this.modernUrl = modernUrl;
        this.data = data;
        this.stores = stores;
    }

    static Shop sqlite(Path folder) throws SQLException {
        return open("jdbc:sqlite:" + folder.resolve("legacy.db"), "jdbc:sqlite:" + folder.resolve("modern.db"));
    }

    /** With legacy in SQLite. */
    static Shop to(Server modern, Path folder) throws Exception {
        return modern == Server.SQLITE ? sqlite(folder) : with(folder, modern.database(folder));
    }

    static Shop with(Path folder, String modernUrl) throws SQLException {
        return open("jdbc:sqlite:" + folder.resolve("legacy.db"), modernUrl);
    }

    private static Shop open(String legacyUrl, String modernUrl) throws SQLException {
        sql(legacyUrl, "pragma journal_mode = wal");
        LEGACY_DDL.forEach(ddl -> sql(legacyUrl, ddl));
        if (modernUrl.startsWith("jdbc:sqlite")) {
            sql(modernUrl, "pragma journal_mode = wal");
        }
        (isMariaDb(modernUrl) ? MODERN_DDL_MARIADB : MODERN_DDL).forEach(ddl -> sql(modernUrl, ddl));
        DataSpec data = data(legacyUrl, modernUrl, Optional.empty());
        return new Shop(legacyUrl, modernUrl, data, pair(data));
    }

    static StorePair pair(DataSpec data) {
        EntityStore legacy = SqlEntityStore.open(ORDERS, Side.LEGACY, data, (SqlStore) data.legacy());
        EntityStore modern = SqlEntityStore.open(ORDERS, Side.MODERN, data, (SqlStore) data.modern());
        return new StorePair(ORDERS, legacy, modern);
    }

    static DataSpec data(String legacyUrl, String modernUrl, Optional<String> version) {
        SqlStore legacy = new SqlStore(
                legacyUrl,
                "",
                "",
                "select id, customer, note, cents / 100.0 as total, version from orders",
                Map.of(
                        "lines",
                        "select order_id as _key, sku, qty, cents / 100.0 as price from line order by order_id, sku"),
                Optional.of(new WriteTable(
                        "orders",
                        Map.of(
                                "id",
                                "id",
                                "customer",
                                "customer",
                                "note",
                                "note",
                                "total",
                                "cents",
                                "version",
                                "version"),
                        Map.of("total", "cast(round(? * 100) as integer)"),
                        Map.of(
                                "lines",
                                new ChildTable(
                                        "line",
                                        "order_id",
                                        Map.of("sku", "sku", "qty", "qty", "price", "cents"),
                                        Map.of("price", "cast(round(? * 100) as integer)"))))));
        boolean mariaDb = isMariaDb(modernUrl);
        String key = "cast(substr(order_id, 5) as " + (mariaDb ? "signed)" : "integer)");
        SqlStore modern = new SqlStore(
                modernUrl,
                "",
                "",
                "select " + key + " as id, customer_id as customer, remark as note, total," + " version from purchase;",
                Map.of(
                        "lines",
                        "select " + key + " as _key, sku, quantity as qty, price from" + " purchase_line order by sku"),
                Optional.of(new WriteTable(
                        "purchase",
                        Map.of(
                                "id",
                                "order_id",
                                "customer",
                                "customer_id",
                                "note",
                                "remark",
                                "total",
                                "total",
                                "version",
                                "version"),
                        Map.of("id", mariaDb ? "concat('ord_', ?)" : "'ord_' || ?"),
                        Map.of(
                                "lines",
                                new ChildTable(
                                        "purchase_line",
                                        "order_id",
                                        Map.of("sku", "sku", "qty", "quantity", "price", "price"),
                                        Map.of())))));
        return new DataSpec("id", version, legacy, modern);
    }

    public static boolean isMariaDb(String url) {
        return url.startsWith("jdbc:mariadb:");
    }

    static EntityKey key(long id) {
        return new EntityKey(Long.toString(id));
    }

    /** Orders 1 to {@code count} at legacy, each with two lines. */
    void fillLegacy(int count) throws SQLException {
        try (Connection connection = DriverManager.getConnection(legacyUrl)) {
            connection.setAutoCommit(false);
            for (int id = 1; id <= count; id++) {
                putLegacy(connection, id, id % 7 == 0 ? null : "note " + id, id * 10L + 1);
            }
            connection.commit();
        }
    }

    static void putLegacy(Connection connection, long id, @org.jspecify.annotations.Nullable String note, long cents)
            throws SQLException {
        try (PreparedStatement order = connection.prepareStatement(
                        "insert into orders (id, customer, note, cents) values (?, ?, ?, ?) on conflict (id) do update set"
                                + " note = excluded.note, cents = excluded.cents, version = version + 1");
                PreparedStatement clear = connection.prepareStatement("delete from line where order_id = ?");
                PreparedStatement line = connection.prepareStatement(
                        "insert into line (order_id, sku, qty, cents) values (?, ?, ?, ?)")) {
            order.setLong(1, id);
            order.setString(2, "customer " + id % 13);
            order.setString(3, note);
            order.setLong(4, cents);
            order.executeUpdate();
            clear.setLong(1, id);
            clear.executeUpdate();
            for (String sku : List.of("a", "b")) {
                line.setLong(1, id);
                line.setString(2, sku);
                line.setLong(3, 1);
                line.setLong(4, cents / 2);
                line.executeUpdate();
            }
        }
    }

    void legacy(String statement) {
        sql(legacyUrl, statement);
    }

    void modern(String statement) {
        sql(modernUrl, statement);
    }

    static void sql(String url, String statement) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            if (url.startsWith("jdbc:sqlite")) {
                sql.execute("pragma busy_timeout = 10000");
            }
            sql.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    static long number(String url, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement();
                var rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        stores.legacy().close();
        stores.modern().close();
    }
}
