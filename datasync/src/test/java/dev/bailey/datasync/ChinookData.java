package dev.bailey.datasync;

import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The music shop in PostgreSQL as somebody would build it today, and how both sides are read as the same documents. */
final class ChinookData {

    static final SliceName CUSTOMERS = new SliceName("customers");
    static final SliceName TRACKS = new SliceName("tracks");
    static final SliceName INVOICES = new SliceName("invoices");

    static final String[] MODERN = {
        "create table person_ids (old_id bigint primary key, own uuid not null unique)",
        "create table person (id uuid primary key, given text not null, family text not null, company text, rep bigint)",
        "create table person_contact (person_id uuid primary key references person (id), email text not null unique, phone"
                + " text, fax text)",
        "create table person_address (person_id uuid primary key references person (id), street text, city text, state text,"
                + " country text, postal text)",
        "create table song (id uuid primary key default gen_random_uuid(), old_id bigint not null unique, title text not"
                + " null, album bigint, media bigint not null, genre bigint, composer text, length_ms bigint not null, size"
                + " bigint, price_cents bigint not null)",
        "create table bill (id uuid primary key default gen_random_uuid(), old_id bigint not null unique, person_id uuid not"
                + " null references person (id), issued timestamp not null, street text, city text, state text, country"
                + " text, postal text, total_cents bigint not null, lines jsonb not null)"
    };

    private ChinookData() {}

    static Map<SliceName, DataSpec> of(String legacy, String modern) {
        Map<SliceName, DataSpec> slices = new LinkedHashMap<>();
        slices.put(CUSTOMERS, customers(legacy, modern));
        slices.put(TRACKS, tracks(legacy, modern));
        slices.put(INVOICES, invoices(legacy, modern));
        return slices;
    }

    private static DataSpec pair(SqlStore legacy, SqlStore modern) {
        return new DataSpec("id", Optional.empty(), legacy, modern);
    }

    private static SqlStore legacy(String url, String read, Map<String, String> children) {
        return new SqlStore(url, "", "", read, children, Optional.empty());
    }

    /** Ids in a table of their own, three tables for one customer. */
    private static DataSpec customers(String legacy, String modern) {
        Map<String, PartTable> parts = new LinkedHashMap<>();
        parts.put(
                "person_contact",
                new PartTable("person_id", Map.of("email", "email", "phone", "phone", "fax", "fax"), Map.of(), false));
        parts.put(
                "person_address",
                new PartTable(
                        "person_id",
                        Map.of(
                                "street", "street", "city", "city", "state", "state", "country", "country", "postal",
                                "postal"),
                        Map.of(),
                        false));
        WriteTable write = new WriteTable(
                "person",
                Map.of("id", "id", "given", "given", "family", "family", "company", "company", "rep", "rep"),
                Map.of(),
                Map.of("id", new IdTable("person_ids", "old_id", "own", Optional.of("uuid"))),
                parts,
                Map.of(),
                Optional.empty());
        return pair(
                legacy(
                        legacy,
                        "select CustomerId as id, FirstName as given, LastName as family, Company as company, SupportRepId as"
                                + " rep, Email as email, Phone as phone, Fax as fax, Address as street, City as city, State"
                                + " as state, Country as country, PostalCode as postal from Customer",
                        Map.of()),
                new SqlStore(
                        modern,
                        "",
                        "",
                        "select i.old_id as id, p.given, p.family, p.company, p.rep, c.email, c.phone, c.fax, a.street,"
                                + " a.city, a.state, a.country, a.postal from person p join person_ids i on i.own = p.id"
                                + " join person_contact c on c.person_id = p.id join person_address a on a.person_id = p.id",
                        Map.of(),
                        Optional.of(write)));
    }

    /** The old id beside a UUID that the database makes. */
    private static DataSpec tracks(String legacy, String modern) {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "old_id");
        columns.put("title", "title");
        columns.put("album", "album");
        columns.put("media", "media");
        columns.put("genre", "genre");
        columns.put("composer", "composer");
        columns.put("length", "length_ms");
        columns.put("size", "size");
        columns.put("price", "price_cents");
        return pair(
                legacy(
                        legacy,
                        "select TrackId as id, Name as title, AlbumId as album, MediaTypeId as media, GenreId as genre,"
                                + " Composer as composer, Milliseconds as length, Bytes as size, UnitPrice as price from"
                                + " Track",
                        Map.of()),
                new SqlStore(
                        modern,
                        "",
                        "",
                        "select old_id as id, title, album, media, genre, composer, length_ms as length, size, price_cents /"
                                + " 100.0 as price from song",
                        Map.of(),
                        Optional.of(new WriteTable(
                                "song", columns, Map.of("price", "cast(round(? * 100) as bigint)"), Map.of()))));
    }

    /** Lines in one JSON document, with the songs' new ids and cents. */
    private static DataSpec invoices(String legacy, String modern) {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "old_id");
        columns.put("customer", "person_id");
        columns.put("at", "issued");
        for (String same : new String[] {"street", "city", "state", "country", "postal", "lines"}) {
            columns.put(same, same);
        }
        columns.put("total", "total_cents");
        Map<String, String> values = Map.of(
                "total",
                "cast(round(? * 100) as bigint)",
                "lines",
                "(select coalesce(jsonb_agg(jsonb_build_object('line', e->'id', 'song', s.id, 'cents', round((e->>'price')::"
                        + "numeric * 100), 'n', e->'quantity') order by (e->>'id')::bigint), '[]') from"
                        + " jsonb_array_elements(cast(? as jsonb)) e left join song s on s.old_id ="
                        + " (e->>'track')::bigint)");
        WriteTable write = new WriteTable(
                "bill",
                columns,
                values,
                Map.of("customer", new IdTable("person_ids", "old_id", "own", Optional.of("uuid"))),
                Map.of(),
                Map.of(),
                Optional.empty());
        return pair(
                legacy(
                        legacy,
                        "select InvoiceId as id, CustomerId as customer, InvoiceDate as at, BillingAddress as street,"
                                + " BillingCity as city, BillingState as state, BillingCountry as country,"
                                + " BillingPostalCode as postal, Total as total from Invoice",
                        Map.of(
                                "lines",
                                "select InvoiceId as _key, InvoiceLineId as id, TrackId as track, UnitPrice as price,"
                                        + " Quantity as quantity from InvoiceLine order by InvoiceId, InvoiceLineId")),
                new SqlStore(
                        modern,
                        "",
                        "",
                        "select b.old_id as id, i.old_id as customer, b.issued as at, b.street, b.city, b.state, b.country,"
                                + " b.postal, b.total_cents / 100.0 as total, (select"
                                + " coalesce(jsonb_agg(jsonb_build_object('id', e->'line', 'track', s.old_id, 'price',"
                                + " (e->>'cents')::numeric / 100, 'quantity', e->'n') order by (e->>'line')::bigint), '[]')"
                                + " from jsonb_array_elements(b.lines) e left join song s on s.id = (e->>'song')::uuid) as"
                                + " lines from bill b join person_ids i on i.own = b.person_id",
                        Map.of(),
                        Optional.of(write)));
    }
}
