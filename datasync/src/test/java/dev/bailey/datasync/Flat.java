package dev.bailey.datasync;

import dev.bailey.model.spec.BackfillSpec;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.KeyNames;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Orders of single values in two databases: cents here, decimals there. */
record Flat(String legacyUrl, String modernUrl) {

    static final String LEGACY =
            "create table orders (id bigint primary key, customer text not null, cents bigint not null, note text)";
    static final String MODERN = "create table purchase (order_id bigint primary key, customer_id text not null, total"
            + " numeric(18, 2) not null, remark text)";

    static Flat postgres(int rows) {
        return of(Server.POSTGRESQL, rows);
    }

    /** Both in the same kind of database, PostgreSQL or MariaDB. */
    static Flat of(Server server, int rows) {
        return server == Server.MARIADB
                ? of(Maria.database(), Maria.database(), rows)
                : of(Postgres.database(), Postgres.database(), rows);
    }

    static Flat of(String legacyUrl, String modernUrl, int rows) {
        String numbers = Shop.isMariaDb(legacyUrl)
                ? "(select seq i from seq_1_to_" + rows + ") s"
                : "generate_series(1, " + rows + ") i";
        Shop.sql(legacyUrl, LEGACY);
        Shop.sql(modernUrl, MODERN);
        Shop.sql(
                legacyUrl,
                "insert into orders select i, concat('c', i % 17), i * 37, case when i % 5 > 0 then concat('n', i) end"
                        + " from " + numbers);
        return new Flat(legacyUrl, modernUrl);
    }

    boolean isMariaDb() {
        return Shop.isMariaDb(legacyUrl);
    }

    DataSpec data() {
        return data(modernUrl, new BackfillSpec(3, 0, Duration.ofMillis(50), Optional.empty(), Optional.empty()));
    }

    DataSpec data(String modern, BackfillSpec backfill) {
        return new DataSpec(
                KeyNames.of("id"),
                Optional.empty(),
                ConflictPolicy.AUTHORITY,
                new SqlStore(
                        legacyUrl,
                        "",
                        "",
                        "select id, customer, cents / 100.0 as total, note from orders",
                        Map.of(),
                        Optional.empty()),
                new SqlStore(
                        modern,
                        "",
                        "",
                        "select order_id as id, customer_id as customer, total, remark as note from purchase",
                        Map.of(),
                        Optional.of(new WriteTable(
                                "purchase",
                                Map.of("id", "order_id", "customer", "customer_id", "total", "total", "note", "remark"),
                                Map.of(),
                                Map.of()))),
                backfill);
    }

    /** What legacy holds, by plain SQL. */
    List<String> legacy() throws SQLException {
        return rows(
                legacyUrl,
                "select concat_ws('|', id, customer, round(cents / 100.0, 2), coalesce(note, '~')) from orders order by id");
    }

    /** What modern holds, by plain SQL. */
    List<String> modern() throws SQLException {
        return rows(
                modernUrl,
                "select concat_ws('|', order_id, customer_id, round(total, 2), coalesce(remark, '~')) from purchase order by"
                        + " order_id");
    }

    private static List<String> rows(String url, String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
