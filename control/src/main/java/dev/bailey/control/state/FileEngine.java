package dev.bailey.control.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** One SQLite file in WAL mode with {@code synchronous=FULL}, over one connection. */
final class FileEngine implements Engine {

    private final Connection connection;

    private FileEngine(Connection connection) {
        this.connection = connection;
    }

    static FileEngine open(Path file, List<String> schema) {
        try {
            createForOwnerOnly(file);
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = full");
                statement.execute("pragma foreign_keys = on");
                for (String ddl : schema) {
                    statement.execute(ddl);
                }
            }
            connection.setAutoCommit(false);
            return new FileEngine(connection);
        } catch (SQLException | IOException e) {
            throw StateException.because("cannot open the state file " + file, e);
        }
    }

    /** SQLite gives its companion files the mode of the file itself. */
    private static void createForOwnerOnly(Path file) throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(file);
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Override
    public <T> T write(StateDb.Work<T> work) {
        try {
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollback(e);
            throw e instanceof RuntimeException bug
                    ? bug
                    : StateException.because("the state file refused a change", e);
        }
    }

    @Override
    public <T> T read(StateDb.Work<T> work) {
        return write(work);
    }

    @Override
    public void ensure(List<String> definitions) {
        write(connection -> {
            for (String definition : definitions) {
                Sql.update(connection, definition);
            }
            return definitions.size();
        });
    }

    private void rollback(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw StateException.because("cannot close the state file", e);
        }
    }
}
