package dev.bailey.journal.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens connections to a journal's schema, each wait of theirs bounded. Thread-safe. */
record Connections(PostgresJournalSettings settings) {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    static final int TIMEOUT_S = 10;

    private static final String SERVER_NOTICES_A_DEAD_CLIENT =
            "set tcp_keepalives_idle = 10;" + " set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;";

    /*
     * A commit waits for the disk whatever the server's default is, and a stronger default stays. There is no time limit for
     * statements: one that ends a wait for a synchronous standby would make the commit look as if it had come there. The
     * driver's own limit cuts the connection instead. Statements touch rows by key alone, so one plan serves for
     * arrays of any length and is made once; one that was made while the tables were small must not read them whole.
     */
    private static final String WRITES = "select set_config('synchronous_commit',"
            + " case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end, false);"
            + " set statement_timeout = 0; set lock_timeout = '8s'; set idle_in_transaction_session_timeout = '10s';"
            + " set default_transaction_isolation = 'read committed'; set enable_seqscan = off;"
            + " select set_config('plan_cache_mode', 'force_generic_plan', false)"
            + " where current_setting('server_version_num')::int >= 120000";

    private static final String READS =
            "set default_transaction_read_only = on; set statement_timeout = '9s'; set lock_timeout = '8s';";

    /** For the writer. */
    Connection writer() throws SQLException {
        return open("writer", WRITES);
    }

    Connection reader() throws SQLException {
        return open("reader", READS);
    }

    /** For what surrounds the journal's own statements; sees no tables. */
    Connection plain(int answerWithinS) throws SQLException {
        Properties properties = properties("schema");
        properties.setProperty("socketTimeout", Integer.toString(answerWithinS));
        return DriverManager.getConnection(settings.url(), properties);
    }

    private Connection open(String role, String session) throws SQLException {
        Connection connection = DriverManager.getConnection(settings.url(), properties(role));
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "set search_path to " + settings.schema() + "; " + SERVER_NOTICES_A_DEAD_CLIENT + session);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private Properties properties(String role) {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", Integer.toString(TIMEOUT_S));
        properties.setProperty("loginTimeout", Integer.toString(TIMEOUT_S));
        properties.setProperty("socketTimeout", Integer.toString(TIMEOUT_S));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "bailey journal " + role + " " + settings.node());
        return properties;
    }

    /** A server that does not flush loses what it said was durable when its machine dies: said, not refused. */
    static void warnOfLooseDisk(Connection connection) throws SQLException {
        for (String setting : new String[] {"fsync", "full_page_writes"}) {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("show " + setting)) {
                if (found.next() && !found.getString(1).equals("on")) {
                    log.warn(
                            "the journal's PostgreSQL runs with {} = {} (expected on): writes that were acknowledged may be"
                                    + " lost when its machine dies",
                            setting,
                            found.getString(1));
                }
            }
        }
    }
}
