package dev.bailey.datasync;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The databases a follower may be, each with what tests need of it. */
public enum Engine {
    SQLITE {
        @Override
        public String database(Path folder) throws Exception {
            return "jdbc:sqlite:" + Files.createTempFile(folder, "store", ".db") + "?foreign_keys=on";
        }
    },
    POSTGRESQL {
        @Override
        public String database(Path folder) {
            return Postgres.database();
        }
    },
    MARIADB {
        @Override
        public String database(Path folder) {
            return Maria.database();
        }
    };

    /** The URL of a fresh, empty database that keeps foreign keys. */
    public abstract String database(Path folder) throws Exception;

    public static void run(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** Each row's values with a blank between them. */
    public static List<String> rows(String url, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            List<String> read = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                read.add(String.join(" ", row));
            }
            return read;
        }
    }
}
