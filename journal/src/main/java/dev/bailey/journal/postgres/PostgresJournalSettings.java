package dev.bailey.journal.postgres;

import dev.bailey.journal.group.GroupBounds;
import java.util.regex.Pattern;

/**
 * Where a journal in PostgreSQL is, who writes it, and its bounds.
 *
 * @param url of the database with credentials, as the JDBC driver takes it
 * @param schema the tables' schema, made when it is not there: a lower-case name that needs no quotes
 * @param node who writes; kept with each record. Where several write, another one after each start
 * @param alone whether nobody else writes while the fence lets this process pass
 * @param fence whether this process may write
 * @param readConnections queries that run at the same time
 */
public record PostgresJournalSettings(
        String url, String schema, String node, boolean alone, Fence fence, GroupBounds bounds, int readConnections) {

    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final int READ_CONNECTIONS = 2;

    public PostgresJournalSettings {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("the journal's URL is not PostgreSQL's (expected jdbc:postgresql://…)");
        }
        if (!PLAIN_NAME.matcher(schema).matches()) {
            throw new IllegalArgumentException("schema \"" + schema
                    + "\" (expected 1 to 63 lower-case letters, digits and underscores, no digit first)");
        }
        if (node.isEmpty()) {
            throw new IllegalArgumentException("the node has no name (expected one)");
        }
        if (readConnections < 1) {
            throw new IllegalArgumentException("readConnections is " + readConnections + " (expected >= 1)");
        }
    }

    /** With the bounds of one gateway. */
    public static PostgresJournalSettings of(String url, String schema, String node, Fence fence) {
        return new PostgresJournalSettings(url, schema, node, true, fence, GroupBounds.defaults(), READ_CONNECTIONS);
    }

    public PostgresJournalSettings withBounds(GroupBounds other) {
        return new PostgresJournalSettings(url, schema, node, alone, fence, other, readConnections);
    }

    /** The same for one of several that write at the same time. */
    public PostgresJournalSettings amongOthers() {
        return new PostgresJournalSettings(url, schema, node, false, fence, bounds, readConnections);
    }

    /** Without the URL, which holds a password. */
    @Override
    public String toString() {
        return "journal of node " + node + " in schema " + schema;
    }
}
