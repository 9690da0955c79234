package dev.bailey.datasync;

import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same shop in MariaDB: UUIDs beside old ids, cents, and an invoice's lines as one JSON document. */
final class ChinookMaria {

    static final String[] MODERN = {
        "create table person_ids (old_id bigint primary key, own uuid not null unique)",
        "create table person (id uuid primary key, given varchar(100) not null, family varchar(100) not null, company"
                + " varchar(200), rep bigint)",
        "create table person_contact (person_id uuid primary key, email varchar(200) not null unique, phone varchar(40), fax"
                + " varchar(40), foreign key (person_id) references person (id))",
        "create table person_address (person_id uuid primary key, street varchar(200), city varchar(100), state varchar(100),"
                + " country varchar(100), postal varchar(20), foreign key (person_id) references person (id))",
        "create table song (id uuid primary key default uuid(), old_id bigint not null unique, title text not null, album"
                + " bigint, media bigint not null, genre bigint, composer text, length_ms bigint not null, size bigint,"
                + " price_cents bigint not null)",
        "create table bill (id uuid primary key default uuid(), old_id bigint not null unique, person_id uuid not null, issued"
                + " datetime not null, street varchar(200), city varchar(100), state varchar(100), country varchar(100),"
                + " postal varchar(20), total_cents bigint not null, line_items json not null, foreign key (person_id)"
                + " references person (id))"
    };

    private static final String STORED =
            "json_table(b.line_items, '$[*]' columns (line bigint path '$.line', song varchar(36)"
                    + " path '$.song', cents bigint path '$.cents', n bigint path '$.n')) e";

    /** Both sides asked for the same facts in plain SQL: of legacy as for PostgreSQL, of this one as here. */
    static final Map<String, String> FACTS = Map.of(
            "customers",
            "select i.old_id, p.given, p.family, p.company, p.rep, c.email, c.phone, c.fax, a.street, a.city, a.state,"
                    + " a.country, a.postal from person_ids i, person p, person_contact c, person_address a where p.id ="
                    + " i.own and c.person_id = i.own and a.person_id = i.own order by i.old_id",
            "tracks",
            "select old_id, title, album, media, genre, composer, length_ms, size, price_cents from song order by old_id",
            "invoices",
            "select b.old_id, i.old_id, date_format(b.issued, '%Y-%m-%d %H:%i:%s'), b.street, b.city, b.state, b.country,"
                    + " b.postal, b.total_cents, json_length(b.line_items) from bill b, person p, person_ids i where p.id ="
                    + " b.person_id and i.own = p.id order by b.old_id",
            "lines",
            "select e.line, b.old_id, s.old_id, e.cents, e.n from bill b join " + STORED
                    + " join song s on s.id = e.song order by 1");

    static final String WRONG_CENT =
            "update bill set line_items = json_set(line_items, '$[0].cents', 1) where old_id = (select m"
                    + " from (select max(old_id) as m from bill) x)";

    private ChinookMaria() {}

    static Map<SliceName, DataSpec> of(String legacy, String modern) {
        Map<SliceName, DataSpec> slices = new LinkedHashMap<>();
        ChinookData.of(legacy, modern).forEach((slice, data) -> slices.put(slice, adapted(slice, data, modern)));
        return slices;
    }

    private static DataSpec adapted(SliceName slice, DataSpec data, String modern) {
        SqlStore there = (SqlStore) data.modern();
        WriteTable write = there.write().orElseThrow();
        boolean invoices = slice.equals(ChinookData.INVOICES);
        Map<String, String> values = new LinkedHashMap<>();
        write.values().forEach((field, sql) -> values.put(field, sql.replace("as bigint)", "as signed)")));
        if (invoices) {
            values.put(
                    "lines",
                    "(select coalesce(json_arrayagg(json_object('line', e.id, 'song', cast(s.id as char), 'cents',"
                            + " cast(round(e.price * 100) as signed), 'n', e.quantity) order by e.id), '[]') from"
                            + " json_table(?, '$[*]' columns (id bigint path '$.id', track bigint path '$.track', price"
                            + " decimal(12, 4) path '$.price', quantity bigint path '$.quantity')) e left join song s on"
                            + " s.old_id = e.track)");
        }
        Map<String, String> columns = new LinkedHashMap<>(write.columns());
        columns.replace("lines", "line_items");
        SqlStore here = new SqlStore(
                modern,
                "",
                "",
                invoices
                        ? "select b.old_id as id, i.old_id as customer, b.issued as at, b.street, b.city, b.state, b.country,"
                                + " b.postal, b.total_cents / 100.0 as total from bill b join person_ids i on i.own ="
                                + " b.person_id"
                        : there.read(),
                invoices
                        ? Map.of(
                                "lines",
                                "select b.old_id as _key, e.line as id, s.old_id as track, e.cents / 100.0 as price, e.n as"
                                        + " quantity from bill b join " + STORED + " left join song s on s.id = e.song"
                                        + " order by b.old_id, e.line")
                        : Map.of(),
                Optional.of(new WriteTable(
                        write.table(), columns, values, write.ids(), write.parts(), write.children(), write.marks())));
        return new DataSpec("id", Optional.empty(), data.legacy(), here);
    }

    /** Legacy's facts beside this one's. */
    static Map<String, List<String>> same(Map<String, List<String>> ofPostgres) {
        Map<String, List<String>> same = new LinkedHashMap<>();
        FACTS.forEach((facts, sql) -> {
            List<String> both = ofPostgres.get(facts);
            if (both != null) {
                same.put(facts, List.of(both.getFirst(), sql));
            }
        });
        return same;
    }
}
