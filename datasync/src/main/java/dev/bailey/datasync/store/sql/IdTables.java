package dev.bailey.datasync.store.sql;

import dev.bailey.model.spec.DataSpec.IdTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Makes own ids for documents' ids that have none yet, in the transaction that needs them. An id may be made for an entity
 * that is not there yet: whichever slice needs it first makes it, and the entity gets it when it comes.
 */
final class IdTables {

    private static final String BY_NAME = "uuid5:";

    /** Made here: what databases call a new UUID tells the time and the machine on MariaDB, and is random on others. */
    private static final String RANDOM = "uuid";

    private IdTables() {}

    static void mint(SqlDialect dialect, Connection connection, IdTable table, Set<JsonNode> ids) throws SQLException {
        if (table.mint().isEmpty() || ids.isEmpty()) {
            return;
        }
        String mint = table.mint().get();
        Optional<UUID> namespace = mint.startsWith(BY_NAME)
                ? Optional.of(UUID.fromString(mint.substring(BY_NAME.length())))
                : Optional.empty();
        boolean made = namespace.isPresent() || mint.equals(RANDOM);
        String expression = made ? "?" : mint;
        Column key = Column.ofId("key", table.key());
        Column own = Column.of("own", table.own(), expression, false);
        try (PreparedStatement statement = connection.prepareStatement(
                dialect.insertAbsent(table.table(), List.of(key, own), WrittenKey.of(key)))) {
            for (JsonNode id : ids) {
                int parameter = key.bind(dialect, statement, 1, id);
                if (made) {
                    UUID uuid = namespace.map(space -> byName(space, text(id))).orElseGet(UUID::randomUUID);
                    statement.setString(parameter, uuid.toString());
                } else {
                    own.asId().bind(dialect, statement, parameter, id);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static String text(JsonNode id) {
        return id.isNumber() ? id.decimalValue().toPlainString() : id.asString();
    }

    /** The UUID of a name in a namespace, version 5 (RFC 9562, 5.5). */
    static UUID byName(UUID namespace, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer named = ByteBuffer.allocate(2 * Long.BYTES + text.length);
        named.putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits())
                .put(text);
        try {
            ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(named.array()));
            long high = hash.getLong() & ~0xF000L | 0x5000L;
            long low = hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-1, which every Java platform must have", e);
        }
    }
}
