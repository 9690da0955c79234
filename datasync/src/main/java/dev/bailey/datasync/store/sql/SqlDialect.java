package dev.bailey.datasync.store.sql;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What differs between the databases Bailey speaks to. */
enum SqlDialect {
    SQLITE {
        // "or abort" overrules an "on conflict replace" of the table's own constraints, which would replace other rows.
        @Override
        String insertVerb() {
            return "insert or abort into";
        }

        @Override
        String updateVerb() {
            return "update or abort";
        }

        @Override
        String lock() {
            return "";
        }

        @Override
        boolean duplicate(SQLException e) {
            return e instanceof SQLiteException sqlite
                    && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
                            || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY);
        }

        @Override
        Optional<String> refusal(SQLException e) {
            if (e instanceof SQLiteException sqlite) {
                SQLiteErrorCode code = sqlite.getResultCode();
                boolean refused = code.name().startsWith("SQLITE_CONSTRAINT")
                        || code == SQLiteErrorCode.SQLITE_MISMATCH
                        || code == SQLiteErrorCode.SQLITE_TOOBIG;
                // SQLite names constraints, tables and columns, never values.
                return refused ? Optional.of(String.valueOf(sqlite.getMessage())) : Optional.empty();
            }
            return Optional.empty();
        }
    },
    POSTGRESQL {
        @Override
        String insertVerb() {
            return "insert into";
        }

        @Override
        String updateVerb() {
            return "update";
        }

        @Override
        String lock() {
            return " for update";
        }

        @Override
        boolean duplicate(SQLException e) {
            return state(e).equals("23505");
        }

        @Override
        Optional<String> refusal(SQLException e) {
            if (!(e instanceof PSQLException postgres)) {
                return Optional.empty();
            }
            String state = state(e);
            if (state.startsWith("23")) {
                return Optional.of(primary(postgres));
            }
            if (state.startsWith("22") || state.equals("P0001")) {
                return Optional.of("the value does not fit its column (SQLSTATE " + state + ")");
            }
            return Optional.empty();
        }
    },
    /** MariaDB, and MySQL where the two agree. */
    MARIADB {
        @Override
        String insertVerb() {
            return "insert into";
        }

        @Override
        String updateVerb() {
            return "update";
        }

        @Override
        String lock() {
            return " for update";
        }

        @Override
        boolean duplicate(SQLException e) {
            return MariaErrors.duplicate(e);
        }

        @Override
        String insertAbsent(String table, List<Column> columns, WrittenKey key) {
            return MariaUpsert.absent(table, columns, key);
        }

        @Override
        String upsert(String table, List<Column> columns, WrittenKey key, Optional<String> guard) {
            return MariaUpsert.sql(table, columns, key, guard);
        }

        @Override
        String quoted(String name) {
            return "`" + name.replace("`", "``") + "`";
        }

        @Override
        Optional<String> refusal(SQLException e) {
            return MariaErrors.refusal(e);
        }

        @Override
        String withoutValues(SQLException e) {
            return MariaErrors.withoutValues(e);
        }
    };

    static Optional<SqlDialect> of(String jdbc) {
        if (jdbc.startsWith("jdbc:sqlite:")) {
            return Optional.of(SQLITE);
        }
        if (jdbc.startsWith("jdbc:mariadb:") || jdbc.startsWith("jdbc:mysql:")) {
            return Optional.of(MARIADB);
        }
        return jdbc.startsWith("jdbc:postgresql:") ? Optional.of(POSTGRESQL) : Optional.empty();
    }

    /** The words an insert begins with. */
    abstract String insertVerb();

    /** The words an update begins with. */
    abstract String updateVerb();

    /** What makes a select keep others from changing its rows; empty where a transaction that writes is alone. */
    abstract String lock();

    /** Whether another row holds a value that must be unique. */
    abstract boolean duplicate(SQLException e);

    /** An insert that leaves a row alone that has the same key. */
    String insertAbsent(String table, List<Column> columns, WrittenKey key) {
        return insertVerb() + " " + table + " (" + Column.names(columns) + ") values (" + Column.expressions(columns)
                + ") on conflict (" + key.names() + ") do nothing";
    }

    /**
     * An insert that updates the row that has the same key, and no other: a conflict on anything else fails.
     *
     * @param guard column that must not become smaller; a row that would is left as it is, and counts as none changed
     */
    String upsert(String table, List<Column> columns, WrittenKey key, Optional<String> guard) {
        String update = columns.stream()
                .filter(column -> !key.has(column))
                .map(column -> column.name() + " = excluded." + column.name())
                .collect(Collectors.joining(", "));
        String insert = insertVerb() + " " + table + " as t (" + Column.names(columns) + ") values ("
                + Column.expressions(columns) + ") on conflict (" + key.names() + ") do ";
        return update.isEmpty()
                ? insert + "nothing"
                : insert + "update set " + update
                        + guard.map(version -> " where t." + version + " is null or excluded." + version
                                        + " is null or t." + version + " <= excluded." + version)
                                .orElse("");
    }

    /** A name as this database has to see it. */
    String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Why the store will not have a value, whenever it is tried; empty when trying later may help. Holds no values. */
    abstract Optional<String> refusal(SQLException e);

    /** What a failure says, without the values that PostgreSQL puts into its details and data errors. */
    String withoutValues(SQLException e) {
        for (SQLException cause = e; cause != null; cause = next(cause)) {
            if (cause instanceof PSQLException postgres) {
                return state(cause).startsWith("22")
                        ? "a value cannot be read as its type (SQLSTATE " + state(cause) + ")"
                        : primary(postgres);
            }
            if (cause instanceof SQLiteException sqlite) {
                return String.valueOf(sqlite.getMessage());
            }
        }
        return String.valueOf(e.getMessage());
    }

    static @Nullable SQLException next(SQLException e) {
        if (e.getNextException() != null) {
            return e.getNextException();
        }
        return e.getCause() instanceof SQLException cause ? cause : null;
    }

    private static String primary(PSQLException e) {
        ServerErrorMessage server = e.getServerErrorMessage();
        return server == null || server.getMessage() == null ? String.valueOf(e.getMessage()) : server.getMessage();
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
