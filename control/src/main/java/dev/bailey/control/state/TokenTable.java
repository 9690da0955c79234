package dev.bailey.control.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tokens, without their secrets: only SHA-256 of them is stored. Durable when a method returns. Thread-safe. */
public final class TokenTable {

    private final StateDb db;

    public TokenTable(StateDb db) {
        this.db = db;
        db.ensure("create table if not exists token ("
                + "id text primary key, name text not null, role text not null, hash text not null unique,"
                + " created_by text not null, created_at text not null, expires_at text, used_at text,"
                + " revoked_at text)");
    }

    public void insert(Row row) {
        db.write(connection -> Sql.update(
                connection,
                "insert into token values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row.id(),
                row.name(),
                row.role(),
                row.hash(),
                row.createdBy(),
                row.createdAt(),
                row.expiresAt().orElse(null),
                row.usedAt().orElse(null),
                row.revokedAt().orElse(null)));
    }

    public void revoke(String id, Instant at) {
        db.write(connection -> Sql.update(connection, "update token set revoked_at = ? where id = ?", at, id));
    }

    public void used(String id, Instant at) {
        db.write(connection -> Sql.update(connection, "update token set used_at = ? where id = ?", at, id));
    }

    /** All of them, oldest first. */
    public List<Row> all() {
        return db.read(connection -> Sql.query(
                connection,
                "select * from token order by created_at, id",
                row -> new Row(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("role"),
                        row.getString("hash"),
                        row.getString("created_by"),
                        Instant.parse(row.getString("created_at")),
                        Optional.ofNullable(row.getString("expires_at")).map(Instant::parse),
                        Optional.ofNullable(row.getString("used_at")).map(Instant::parse),
                        Optional.ofNullable(row.getString("revoked_at")).map(Instant::parse))));
    }

    /** @param hash SHA-256 of the secret, hexadecimal */
    public record Row(
            String id,
            String name,
            String role,
            String hash,
            String createdBy,
            Instant createdAt,
            Optional<Instant> expiresAt,
            Optional<Instant> usedAt,
            Optional<Instant> revokedAt) {}
}
