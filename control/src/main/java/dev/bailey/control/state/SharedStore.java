package dev.bailey.control.state;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where several processes keep the state of one migration: a schema of its own in a PostgreSQL database. Connections are
 * direct (no pooler that changes sessions between transactions), to the primary, with every wait bounded. Thread-safe.
 */
public class SharedStore {

    /** Longest wait for a connection, a login, an answer. */
    static final Duration BOUND = Duration.ofSeconds(10);

    /** Longest wait for another process that makes or changes the tables, and for one step of that. */
    private static final Duration MIGRATION_BOUND = Duration.ofSeconds(60);

    /** Shorter than {@link #BOUND}, so that the server says no before the client stops listening. */
    private static final Duration LOCK_BOUND = Duration.ofSeconds(8);

    /** A process that pauses inside a transaction keeps nobody waiting for longer. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);
    private static final String PREFIX = "jdbc:postgresql:";
    private static final String MIGRATIONS = "classpath:dev/bailey/control/state/postgresql";
    private static final int OLDEST = 11;
    private static final int LONGEST_SCHEMA = 63;

    private final ReentrantLock lock = new ReentrantLock();
    private final Properties properties;
    private final String url;
    private final String where;
    private final String schema;
    private final int oldest;
    private boolean migrated;

    /**
     * Connects to nothing yet.
     *
     * @param jdbcUrl {@code jdbc:postgresql://host:port/database?user=…&password=…} and other parameters of its driver
     * @param schema see {@link #schemaOf}
     * @throws StateException when it is not such an address
     */
    public SharedStore(String jdbcUrl, String schema) {
        this(jdbcUrl, schema, OLDEST);
    }

    SharedStore(String jdbcUrl, String schema, int oldest) {
        Properties parsed = jdbcUrl.startsWith(PREFIX + "//") ? Driver.parseURL(jdbcUrl, null) : null;
        if (parsed == null) {
            // The address is not repeated: it may hold a password.
            throw new StateException("the address of the shared store is not one of PostgreSQL (expected"
                    + " jdbc:postgresql://host:port/database?user=…&password=…); correct it in the migration file");
        }
        String[] hosts = Optional.ofNullable(PGProperty.PG_HOST.getOrDefault(parsed))
                .orElse("localhost")
                .split(",");
        String[] ports = Optional.ofNullable(PGProperty.PG_PORT.getOrDefault(parsed))
                .orElse("5432")
                .split(",");
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < hosts.length; i++) {
            String host = hosts[i].substring(hosts[i].lastIndexOf('@') + 1);
            servers.append(i == 0 ? "" : ",").append(host).append(':').append(ports[Math.min(i, ports.length - 1)]);
        }
        String database =
                Optional.ofNullable(PGProperty.PG_DBNAME.getOrDefault(parsed)).orElse("");
        this.where = servers + "/" + database;
        this.url = PREFIX + "//" + servers + "/"
                + java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8);
        this.schema = schema;
        this.oldest = oldest;
        this.properties = new Properties();
        for (String name : parsed.stringPropertyNames()) {
            properties.setProperty(name, parsed.getProperty(name));
        }
        for (PGProperty place : List.of(PGProperty.PG_HOST, PGProperty.PG_PORT, PGProperty.PG_DBNAME)) {
            properties.remove(place.getName());
        }
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        PGProperty.APPLICATION_NAME.set(properties, "bailey");
    }

    /** The schema that holds the state of a migration: lower case, and {@code _} for what is not a letter or digit. */
    public static String schemaOf(String migration) {
        String name = "bailey_" + migration.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return name.length() <= LONGEST_SCHEMA ? name : name.substring(0, LONGEST_SCHEMA);
    }

    /** Host, port and database, for messages. */
    public String where() {
        return where;
    }

    String schema() {
        return schema;
    }

    /** Who talks over one connection. */
    Messenger messenger(String name) {
        return new Messenger(name);
    }

    /** Makes the tables, or brings them up to date, once; another process that does the same is waited for. */
    void migrate() {
        lock.lock();
        try {
            if (!migrated) {
                migrateAlone();
                migrated = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private void migrateAlone() {
        try (Connection connection = open(BOUND).connection()) {
            warnOfUnsafeSettings(connection);
            connection.setNetworkTimeout(
                    Runnable::run, (int) MIGRATION_BOUND.plus(BOUND).toMillis());
            execute(connection, "set lock_timeout = " + MIGRATION_BOUND.toMillis());
            // Held by this session until it closes. Flyway has a lock too, but makes the schema before it takes it.
            Sql.query(
                    connection, "select pg_advisory_lock(hashtextextended(?, 0))", row -> 1, "bailey schema " + schema);
            Flyway flyway = flyway();
            refuseNewer(flyway.info().all());
            flyway.migrate();
        } catch (SQLException e) {
            throw failed("does not let this process make its tables", e);
        } catch (FlywayException e) {
            throw new StateException(
                    "the tables in schema " + schema + " of the shared store at " + where
                            + " cannot be made or are not as"
                            + " they should be (expected a schema made by Bailey alone, and a user who may create it): "
                            + firstLine(e),
                    e);
        }
    }

    private static String firstLine(Exception e) {
        return Optional.ofNullable(e.getMessage())
                .orElse("")
                .strip()
                .lines()
                .findFirst()
                .orElse("");
    }

    private void refuseNewer(MigrationInfo[] migrations) {
        Arrays.stream(migrations)
                .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS
                        || migration.getState() == MigrationState.FUTURE_FAILED)
                .findFirst()
                .ifPresent(newer -> {
                    throw new StateException("the tables in schema " + schema + " of the shared store at " + where
                            + " were made by a newer Bailey (version " + newer.getVersion()
                            + " of the tables, which this one"
                            + " does not know); run that version, or a newer one");
                });
    }

    private Flyway flyway() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url);
        for (String name : properties.stringPropertyNames()) {
            source.setProperty(name, properties.getProperty(name));
        }
        source.setConnectTimeout(seconds(BOUND));
        source.setLoginTimeout(seconds(BOUND));
        source.setSocketTimeout(seconds(MIGRATION_BOUND));
        return Flyway.configure(SharedStore.class.getClassLoader())
                .loggers("slf4j")
                .dataSource(source)
                .defaultSchema(schema)
                .schemas(schema)
                .table("control_schema")
                .locations(MIGRATIONS)
                .load();
    }

    private void warnOfUnsafeSettings(Connection connection) throws SQLException {
        String off = Sql.query(
                        connection,
                        "select concat_ws(', ', case when current_setting('fsync') = 'off' then 'fsync' end,"
                                + " case when current_setting('full_page_writes') = 'off' then 'full_page_writes' end)",
                        row -> row.getString(1))
                .getFirst();
        if (!off.isEmpty()) {
            LOG.warn(
                    "the shared store at {} runs with {} off (expected on): a crash of its machine may lose what it promised"
                            + " to keep",
                    where,
                    off);
        }
    }

    /**
     * Opens a connection, with the schema as its search path, in autocommit.
     *
     * @param bound longest wait for an answer, in whole seconds
     * @throws StateException when it cannot be opened; the message says what to do
     */
    Session open(Duration bound) {
        Properties asked = new Properties();
        properties.forEach(asked::put);
        asked.setProperty(PGProperty.CONNECT_TIMEOUT.getName(), Integer.toString(seconds(bound)));
        asked.setProperty(PGProperty.LOGIN_TIMEOUT.getName(), Integer.toString(seconds(bound)));
        asked.setProperty(PGProperty.SOCKET_TIMEOUT.getName(), Integer.toString(seconds(bound)));
        Connection connection = connect(asked);
        try {
            refuseOld(connection);
            execute(
                    connection,
                    "set search_path to \"" + schema + "\"; set lock_timeout = "
                            + Math.min(LOCK_BOUND.toMillis(), bound.toMillis() * 4 / 5)
                            + "; set idle_in_transaction_session_timeout = " + IDLE_IN_TRANSACTION.toMillis()
                            + "; set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3");
            Sql.query(
                    connection,
                    "select set_config('synchronous_commit', 'on', false)"
                            + " where current_setting('synchronous_commit') = 'off'",
                    row -> 1);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return Session.of(connection);
        } catch (SQLException | RuntimeException e) {
            closeAfter(connection, e);
            throw e instanceof SQLException failure ? failed("ended a new connection", failure) : (RuntimeException) e;
        }
    }

    private Connection connect(Properties asked) {
        try {
            @Nullable Connection connection = new Driver().connect(url, asked);
            if (connection == null) {
                throw new StateException("the driver of PostgreSQL does not take the address " + where);
            }
            return connection;
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private void refuseOld(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < oldest) {
            throw new StateException("the shared store at " + where + " is PostgreSQL " + version + " (expected "
                    + oldest + " or newer); upgrade the server, or name another one in the migration file");
        }
    }

    private StateException unreachable(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        String user = Optional.ofNullable(properties.getProperty("user")).orElse("(none given)");
        String what = switch (state) {
            case "28P01", "28000" ->
                "refuses the login of user " + user
                        + " (expected a user and a password that it knows, and an entry in its pg_hba.conf; correct"
                        + " user= and password= in the address)";
            case "3D000" -> "has no such database (expected one made beforehand: create database …)";
            case "42501" -> "does not let user " + user + " connect (expected: grant connect on database …)";
            case "53300" -> "has no connection left (expected at least five for each Bailey; raise max_connections)";
            case "57P03" -> "does not take connections yet; it starts, stops or recovers. Try again";
            default ->
                "cannot be reached within " + BOUND.toSeconds() + " s (expected a running PostgreSQL " + oldest
                        + " or newer that is no standby; check host, port, TLS and the network between)";
        };
        return new StateException("the shared store at " + where + " " + what + ": " + e.getMessage(), e);
    }

    /** A failure after a connection was there. */
    StateException failed(String what, SQLException e) {
        return new StateException("the shared store at " + where + " " + what + ": " + e.getMessage(), e);
    }

    /** Whether the connection is of no use any more: it broke, or the server ended it. */
    static boolean isLost(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("08");
        return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03") || state.equals("25P04");
    }

    /** Whether the server itself said, in answer to a commit, that it did not commit. */
    static boolean isRolledBack(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        return state.startsWith("23") || state.startsWith("25") || (state.startsWith("40") && !state.equals("40003"));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void closeAfter(Connection connection, Exception cause) {
        try {
            connection.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.plusMillis(999).toSeconds());
    }

    @Override
    public String toString() {
        return where + " schema " + schema;
    }
}
