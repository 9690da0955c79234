package dev.bailey.benchmarks.move;

import dev.bailey.model.spec.BackfillSpec;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.KeyNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A way rows go: orders with cents and numbered states become purchases with decimals and named ones. */
enum Way {
    /** The select transforms; what it gives is what the table holds. */
    READ("read", "total numeric(18,2) not null", "total", ""),
    /** The select transforms, and the table holds cents again: each value goes through SQL on its way in. */
    WRITE("read and written", "total bigint not null", "total / 100.0", "cast(? * 100 as bigint)");

    static final String LEGACY = "create table orders (id bigint primary key, customer integer not null, note text,"
            + " cents bigint not null, state smallint not null, placed timestamptz not null)";

    private static final String STATUS =
            "case state when 0 then 'open' when 1 then 'paid' when 2 then 'sent' else 'done' end";

    final String words;
    private final String totalColumn;
    private final String total;
    private final String written;

    Way(String words, String totalColumn, String total, String written) {
        this.words = words;
        this.totalColumn = totalColumn;
        this.total = total;
        this.written = written;
    }

    private Map<String, String> expressions() {
        return written.isEmpty() ? Map.of() : Map.of("total", written);
    }

    static String fill(long rows) {
        return "insert into orders select i, i % 50000, case when i % 7 = 0 then null else 'left at the door, order '"
                + " || md5(i::text) end, (i::bigint * 7919) % 10000000, i % 4,"
                + " timestamptz '2020-01-01 00:00:00+00' + i * interval '13.7 seconds' from generate_series(1, " + rows
                + ") i";
    }

    List<String> modern() {
        return List.of(
                "drop table if exists purchase",
                "create table purchase (order_id bigint primary key, customer_id integer not null, remark text, "
                        + totalColumn + ", status text not null, placed_at timestamptz not null)");
    }

    DataSpec spec(String legacyUrl, String modernUrl, BackfillSpec backfill) {
        SqlStore legacy = new SqlStore(
                legacyUrl,
                "",
                "",
                "select id, customer, note, cents / 100.0 as total, " + STATUS + " as status, placed from orders",
                Map.of(),
                Optional.empty());
        Map<String, String> columns = new HashMap<>(Map.of(
                "id", "order_id",
                "customer", "customer_id",
                "note", "remark",
                "total", "total",
                "status", "status",
                "placed", "placed_at"));
        SqlStore modern = new SqlStore(
                modernUrl,
                "",
                "",
                "select order_id as id, customer_id as customer, remark as note, " + total
                        + " as total, status, placed_at as placed from purchase",
                Map.of(),
                Optional.of(new WriteTable("purchase", columns, expressions(), Map.of())));
        return new DataSpec(KeyNames.of("id"), Optional.empty(), ConflictPolicy.AUTHORITY, legacy, modern, backfill);
    }

    /** A figure of all rows, in plain SQL; the same for both sides when they hold the same. */
    static String legacySum() {
        return sum("id, customer, note, round(cents / 100.0, 2), " + STATUS + ", placed", "orders");
    }

    String modernSum() {
        return sum(
                "order_id, customer_id, remark, round(" + (this == READ ? "total" : "total / 100.0")
                        + ", 2), status, placed_at",
                "purchase");
    }

    private static String sum(String columns, String table) {
        return "select count(*) || ':' || coalesce(sum(hashtextextended(row(" + columns
                + ")::text, 0)::numeric), 0) from " + table;
    }
}
