package dev.bailey.datasync.store.sql;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a reader of a database's log failed of. */
final class ReaderFailure {

    /** Whose messages are about connections and positions, never about rows. */
    private static final String SPEAKS_OF_NO_ROWS = "(java|com[.]github[.]shyiko[.]mysql[.]binlog[.]network)[.].*";

    private ReaderFailure() {}

    /** The first cause that may be told, without values of rows. */
    static String withoutValues(SqlDialect dialect, @Nullable Throwable failure) {
        String kind = "it does not tell why";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case SQLException sql -> {
                    return dialect.withoutValues(sql);
                }
                case IOException io
                when io.getClass().getName().matches(SPEAKS_OF_NO_ROWS) -> {
                    return String.valueOf(io.getMessage());
                }
                default -> kind = cause.getClass().getSimpleName();
            }
        }
        return kind;
    }
}
