package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bailey.datasync.Engine;
import dev.bailey.datasync.Maria;
import dev.bailey.datasync.Postgres;
import dev.bailey.datasync.store.UnreachableException;
import dev.bailey.datasync.store.UnreachableException.Why;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreachableStoreTest {

    private static final String WHERE = "slice orders, legacy: ";

    @TempDir
    Path folder;

    private static UnreachableException failure(String jdbc, String user, String password) {
        SqlStore side = new SqlStore(jdbc, user, password, "select 1 as id", Map.of(), Optional.empty());
        try (SqlEntityStore store = SqlEntityStore.open(
                new SliceName("orders"), Side.LEGACY, new DataSpec("id", Optional.empty(), side, side), side)) {
            UnreachableException failure = catchThrowableOfType(UnreachableException.class, store::keyKind);
            assertThat(store.check())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.toString()).isEqualTo(failure.getMessage()));
            return failure;
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void nothingListensAtTheAddress() throws Exception {
        int port = closedPort();
        for (String engine : new String[] {"postgresql", "mariadb"}) {
            String address = engine + "://127.0.0.1:" + port + "/shop";
            UnreachableException failure = failure("jdbc:" + address + "?password=hidden", "bailey", "secret");
            assertThat(failure)
                    .hasMessage(
                            WHERE + address + " cannot be reached: connection refused; start it, or correct `jdbc`");
            assertThat(failure.why()).isEqualTo(Why.NETWORK);
        }
    }

    @Test
    void theServerDoesNotLetTheUserIn() throws Exception {
        String maria = Maria.database();
        UnreachableException failure = failure(maria.replaceFirst("user=root&", ""), "nobody", "secret");
        assertThat(failure.getMessage())
                .startsWith(WHERE + Reach.address(maria) + " does not let Bailey in: Access denied for user 'nobody'@")
                .endsWith("; correct `user` and `password`")
                .doesNotContain("secret");
        assertThat(failure.why()).isEqualTo(Why.LOGIN);

        String postgres = Postgres.database();
        UnreachableException role = failure(postgres.replaceFirst("[?].*", ""), "nobody", "secret");
        assertThat(role)
                .hasMessage(WHERE + Reach.address(postgres)
                        + " does not let Bailey in: role \"nobody\" does not exist; correct `user` and `password`");
    }

    @Test
    void theDatabaseIsNotThere() throws Exception {
        String postgres = Postgres.database().replaceFirst("/t\\d+", "/nowhere");
        assertThat(failure(postgres, "", ""))
                .hasMessage(WHERE + Reach.address(postgres)
                        + " is not there: database \"nowhere\" does not exist; create it, or correct `jdbc`");
        String maria = Maria.database().replaceFirst("/t\\d+", "/nowhere");
        assertThat(failure(maria, "", ""))
                .hasMessage(WHERE + Reach.address(maria)
                        + " is not there: Unknown database 'nowhere'; create it, or correct `jdbc`");
        Path file = folder.resolve("missing.db");
        assertThat(failure("jdbc:sqlite:" + file, "", "").why()).isEqualTo(Why.NO_DATABASE);
    }

    @Test
    void aConnectionThatTheServerEndsIsLost() throws Exception {
        String url = Postgres.database();
        SqlStore side = new SqlStore(
                url, "", "", "select pg_terminate_backend(pg_backend_pid())::int as id", Map.of(), Optional.empty());
        try (SqlEntityStore store = SqlEntityStore.open(
                new SliceName("orders"), Side.LEGACY, new DataSpec("id", Optional.empty(), side, side), side)) {
            UnreachableException failure = catchThrowableOfType(UnreachableException.class, () -> store.last());
            assertThat(failure.why()).isEqualTo(Why.LOST);
            assertThat(failure.getMessage()).startsWith(WHERE + Reach.address(url) + " broke the connection: ");
        }
        assertThat(Engine.rows(url, "select 1")).containsExactly("1");
    }

    @Test
    void anAddressHoldsNoSecrets() {
        assertThat(Reach.address("jdbc:postgresql://u:p@ss@db:5432/shop?user=x&password=y"))
                .isEqualTo("postgresql://db:5432/shop");
    }
}
