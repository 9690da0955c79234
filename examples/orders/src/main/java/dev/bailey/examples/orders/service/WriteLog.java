package dev.bailey.examples.orders.service;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a service remembers of writes, in the write's own transaction: the answer given for each idempotency key, and how
 * often a write with a client's reference was really applied to which order.
 */
public final class WriteLog {

    private WriteLog() {}

    static List<String> withOwnTables(List<String> schema) {
        List<String> all = new ArrayList<>(schema);
        all.add("create table if not exists idempotency (idempotency_key text primary key, request_hash text not null,"
                + " status integer not null, body text not null, location text, at_ms bigint not null)");
        all.add("create table if not exists applied (ref text not null, order_id bigint not null,"
                + " times integer not null, primary key (ref, order_id))");
        return all;
    }

    /** An answer as it was given. */
    record Kept(String requestHash, Answer answer) {}

    static Optional<Kept> find(Connection connection, String key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select request_hash, status, body, location from idempotency where idempotency_key = ?")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String location = row.getString(4);
                Answer answer = new Answer(
                        row.getInt(2),
                        row.getString(3).getBytes(StandardCharsets.UTF_8),
                        location == null ? Map.of() : Map.of("Location", location));
                return Optional.of(new Kept(row.getString(1), answer));
            }
        }
    }

    static void keep(Connection connection, String key, String requestHash, Answer answer, long atMs)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into idempotency (idempotency_key, request_hash, status, body, location, at_ms)"
                        + " values (?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, key);
            insert.setString(2, requestHash);
            insert.setInt(3, answer.status());
            insert.setString(4, answer.text());
            insert.setString(5, answer.headers().get("Location"));
            insert.setLong(6, atMs);
            insert.executeUpdate();
        }
    }

    static void applied(Connection connection, String ref, long order) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement("insert into applied (ref, order_id, times) values (?, ?, 1)"
                        + " on conflict (ref, order_id) do update set times = applied.times + 1")) {
            upsert.setString(1, ref);
            upsert.setLong(2, order);
            upsert.executeUpdate();
        }
    }

    /** By reference: how often it was applied to which order. */
    public static Map<String, Map<Long, Integer>> allApplied(Connection connection) throws SQLException {
        Map<String, Map<Long, Integer>> all = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("select ref, order_id, times from applied");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                all.computeIfAbsent(row.getString(1), _ -> new HashMap<>()).put(row.getLong(2), row.getInt(3));
            }
        }
        return all;
    }

    /** Forgets answers given before a moment; returns how many. */
    static int forgetBefore(Connection connection, long atMs) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from idempotency where at_ms < ?")) {
            delete.setLong(1, atMs);
            return delete.executeUpdate();
        }
    }
}
