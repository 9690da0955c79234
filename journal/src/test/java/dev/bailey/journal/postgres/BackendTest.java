package dev.bailey.journal.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class BackendTest {

    private final String schema = Server.schema();

    @Test
    void whatItHadNotCommittedWhenItEndedNeverIs() throws SQLException {
        Server.sql("create schema " + schema + "; create table " + schema + ".t (id integer)");
        try (Connection lost = DriverManager.getConnection(Server.url());
                Connection next = DriverManager.getConnection(Server.url());
                Statement statement = lost.createStatement()) {
            Backend backend = Backend.of(lost);
            lost.setAutoCommit(false);
            statement.execute("insert into " + schema + ".t values (1)");

            backend.end(next);
            backend.end(next);

            assertThatThrownBy(lost::commit).isInstanceOf(SQLException.class);
            assertThat(Server.value("select count(*) from " + schema + ".t")).isEqualTo("0");
        }
    }
}
