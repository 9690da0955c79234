package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Makes the journal's schema and tables, or brings them to this version; others may keep tables of their own in the same schema. */
final class Migrations {

    private static final String HISTORY = "journal_schema";
    private static final int OLDEST_MAJOR = 11;
    private static final int ANSWER_WITHIN_S = 60;

    private Migrations() {}

    /** One process at a time: others that start wait. */
    static void run(Connections connections) {
        PostgresJournalSettings settings = connections.settings();
        try (Connection connection = connections.plain(ANSWER_WITHIN_S);
                Statement statement = connection.createStatement()) {
            int major = connection.getMetaData().getDatabaseMajorVersion();
            if (major < OLDEST_MAJOR) {
                throw new JournalException("the journal's database is PostgreSQL " + major + " (expected >= "
                        + OLDEST_MAJOR + "): use a newer one");
            }
            statement.execute("select pg_advisory_lock(hashtext('bailey journal schema'), hashtext('"
                    + settings.schema() + "'))");
            createSchema(statement, settings.schema());
            migrate(settings);
        } catch (SQLException e) {
            throw new JournalException(
                    "cannot open the " + settings + ": " + e.getMessage()
                            + ": check the URL, the server, and that its role may create schema and tables",
                    e);
        } catch (FlywayException e) {
            throw new JournalException(
                    "cannot bring the tables of the " + settings + " to this version: " + e.getMessage()
                            + ": if a newer Bailey made them, run that one",
                    e);
        }
    }

    /** Somebody without this lock may create it at the same moment: then it is there. */
    private static void createSchema(Statement statement, String schema) throws SQLException {
        String sql = "create schema if not exists " + schema;
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            if (!"23505".equals(e.getSQLState()) && !"42P06".equals(e.getSQLState())) {
                throw e;
            }
            statement.execute(sql);
        }
    }

    private static void migrate(PostgresJournalSettings settings) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        source.setConnectTimeout(Connections.TIMEOUT_S);
        source.setSocketTimeout(ANSWER_WITHIN_S);
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(source)
                .schemas(settings.schema())
                .defaultSchema(settings.schema())
                .createSchemas(false)
                .table(HISTORY)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .ignoreMigrationPatterns(new String[0])
                .locations("classpath:dev/bailey/journal/postgres/schema")
                .load()
                .migrate();
    }
}
