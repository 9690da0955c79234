package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TimedTransactionTest {

    private static final String NAME = "bailey backfill-1/8";

    /** A server's process that is stopped does not hear that it is to end, as one that hangs in the kernel does not. */
    @Test
    @Timeout(30)
    void whatDoesNotEndIsToldAndNotWaitedForLongerThanItsBound() throws Exception {
        String url = Postgres.database();
        SqlStore store = new SqlStore(url, "", "", "select 1 as id", Map.of(), Optional.empty());
        try (SqlPools pools = SqlPools.open("slice orders, modern", SqlDialect.POSTGRESQL, store);
                Connection deaf = DriverManager.getConnection(url);
                Statement statement = deaf.createStatement()) {
            statement.execute("set application_name = '" + NAME + "'");
            long pid;
            try (ResultSet id = statement.executeQuery("select pg_backend_pid()")) {
                id.next();
                pid = id.getLong(1);
            }
            signal("-STOP", pid);
            try {
                assertThatThrownBy(() -> TimedTransaction.end(pools, NAME, Duration.ofMillis(300)))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("`" + NAME + "` was told to end, and has not within 300 ms")
                        .hasMessageContaining("it may still be committed");
            } finally {
                signal("-CONT", pid);
            }
            TimedTransaction.end(pools, NAME);
            deaf.abort(Runnable::run);
        }
    }

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
