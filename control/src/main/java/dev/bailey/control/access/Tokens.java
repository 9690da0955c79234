package dev.bailey.control.access;

import dev.bailey.control.command.Role;
import dev.bailey.control.state.TokenTable;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** All tokens: makes, revokes and knows them. Kept in memory, durable first. Thread-safe. */
public final class Tokens {

    /** How long a token lives when nobody says otherwise, and the longest it may. */
    public static final Duration DEFAULT_LIFE = Duration.ofDays(90);

    public static final Duration LONGEST_LIFE = Duration.ofDays(400);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
    private static final int MOST = 10_000;

    private final TokenTable table;
    private final LocalToken local;
    private final String localHash;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Map<String, Token> byHash = new ConcurrentHashMap<>();

    public Tokens(TokenTable table, LocalToken local, SecureRandom random, InstantSource clock) {
        this.table = table;
        this.local = local;
        this.localHash = Hash.of(local.secret());
        this.random = random;
        this.clock = clock;
        for (TokenTable.Row row : table.all()) {
            byHash.put(row.hash(), token(row));
        }
    }

    /** Who a secret belongs to; empty when it is unknown, expired or revoked. */
    public Optional<Principal> know(String secret) {
        if (!Secret.isWellFormed(secret)) {
            return Optional.empty();
        }
        String hash = Hash.of(secret);
        if (hash.equals(localHash)) {
            return Optional.of(new Principal(local.actor(), Role.APPROVER, true, Optional.empty()));
        }
        Instant now = clock.instant();
        Token token = byHash.get(hash);
        if (token == null || !token.isGoodAt(now)) {
            return Optional.empty();
        }
        noteUse(hash, token, now);
        return Optional.of(new Principal(token.name(), token.role(), false, token.expiresAt()));
    }

    /** Makes a token. The secret is in the answer and nowhere else. */
    public Made make(String name, Role role, Optional<Duration> life, String by) {
        Duration lives = life.orElse(DEFAULT_LIFE);
        if (!NAME.matcher(name).matches() || name.toLowerCase(Locale.ROOT).equals("bailey")) {
            return new Made.Refused("token name \"" + name
                    + "\" (expected 1 to 64 letters, digits, dots, dashes, underscores or @, and not \"bailey\")");
        }
        if (!lives.isPositive() || lives.compareTo(LONGEST_LIFE) > 0) {
            return new Made.Refused(
                    "a token of " + lives.toDays() + " days (expected 1 to " + LONGEST_LIFE.toDays() + ")");
        }
        if (byHash.size() >= MOST) {
            return new Made.Refused(byHash.size() + " tokens (expected fewer than " + MOST + ")");
        }
        String secret = Secret.random(random);
        String hash = Hash.of(secret);
        byte[] id = new byte[6];
        random.nextBytes(id);
        Instant now = clock.instant();
        TokenTable.Row row = new TokenTable.Row(
                HexFormat.of().formatHex(id),
                name,
                role.name(),
                hash,
                by,
                now,
                Optional.of(now.plus(lives)),
                Optional.empty(),
                Optional.empty());
        table.insert(row);
        Token token = token(row);
        byHash.put(hash, token);
        return new Made.Done(new Token.Made(token, secret));
    }

    /** Revokes a token at once; false when there is none with that id. */
    public boolean revoke(String id) {
        for (Map.Entry<String, Token> entry : byHash.entrySet()) {
            if (entry.getValue().id().equals(id)) {
                Instant now = clock.instant();
                table.revoke(id, now);
                byHash.computeIfPresent(entry.getKey(), (_, token) -> revoked(token, now));
                return true;
            }
        }
        return false;
    }

    /** All of them, oldest first; the local one is not among them. */
    public List<Token> all() {
        return byHash.values().stream()
                .sorted(Comparator.comparing(Token::createdAt).thenComparing(Token::id))
                .toList();
    }

    /** Whether one actor made a token of the other's name: then the two may be one person. */
    public boolean madeFor(String maker, String name) {
        return byHash.values().stream()
                .anyMatch(token ->
                        token.name().equalsIgnoreCase(name) && token.createdBy().equalsIgnoreCase(maker));
    }

    private void noteUse(String hash, Token token, Instant now) {
        if (token.lastUsedAt()
                .filter(last -> last.plus(USE_NOTED_EVERY).isAfter(now))
                .isEmpty()) {
            table.used(token.id(), now);
            byHash.computeIfPresent(
                    hash,
                    (_, known) -> new Token(
                            known.id(),
                            known.name(),
                            known.role(),
                            known.createdBy(),
                            known.createdAt(),
                            known.expiresAt(),
                            Optional.of(now),
                            known.revokedAt()));
        }
    }

    private static Token revoked(Token token, Instant now) {
        return new Token(
                token.id(),
                token.name(),
                token.role(),
                token.createdBy(),
                token.createdAt(),
                token.expiresAt(),
                token.lastUsedAt(),
                Optional.of(token.revokedAt().orElse(now)));
    }

    private static Token token(TokenTable.Row row) {
        return new Token(
                row.id(),
                row.name(),
                Role.valueOf(row.role()),
                row.createdBy(),
                row.createdAt(),
                row.expiresAt(),
                row.usedAt(),
                row.revokedAt());
    }

    /** Answer to {@link #make}. */
    public sealed interface Made {
        record Done(Token.Made made) implements Made {}

        record Refused(String message) implements Made {}
    }
}
