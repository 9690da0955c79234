package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.orchestrate.Data;
import dev.bailey.datasync.DataPlane;
import dev.bailey.datasync.DataPorts;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gates are told of jobs over two real stores. */
class DataAdapterTest {

    private static final SliceName ITEMS = new SliceName("items");

    private static final Progress FORGETFUL = new Progress() {
        @Override
        public List<String> ids() {
            return List.of();
        }

        @Override
        public Optional<String> load(String jobId) {
            return Optional.empty();
        }

        @Override
        public void save(String jobId, String json) {}
    };

    @TempDir
    Path folder;

    private String url(String side) {
        return "jdbc:sqlite:" + folder.resolve(side + ".db");
    }

    private void sql(String side, String text) throws Exception {
        try (Connection connection = DriverManager.getConnection(url(side));
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private DataPlane plane() {
        String file = """
                bailey: 1
                migration: items
                owner: team
                finishBy: 2099-01-01
                legacy: { url: http://127.0.0.1:1 }
                modern: { url: http://127.0.0.1:2 }
                slices:
                  items:
                    entity: path:id
                    routes: ["PUT /items/{id}"]
                    writes: { replicate: refresh, idempotency: natural }
                    data:
                      key: id
                      legacy: { jdbc: "%s", read: "select id, name from item" }
                      modern:
                        jdbc: "%s"
                        read: "select id, title as name from thing"
                        write: { table: thing, columns: { id: id, name: title } }
                """.formatted(url("legacy"), url("modern"));
        Read read = MigrationFile.parse("items.yaml", file, name -> null, folder, LocalDate.of(2026, 11, 1));
        assertThat(read).isInstanceOf(Read.Valid.class);
        return DataPlane.open(
                ((Read.Valid) read).spec(),
                new DataPorts(
                        FORGETFUL,
                        Pending.NONE,
                        Exclusion.NONE,
                        (slice, key) -> Side.LEGACY,
                        RecentWrites.NONE,
                        InstantSource.system(),
                        System::nanoTime,
                        () -> UUID.randomUUID().toString(),
                        folder.resolve("replay")));
    }

    private static Data.Job ended(DataAdapter data, String id) {
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> data.job(id).orElseThrow().state() != Data.State.RUNNING);
        return data.job(id).orElseThrow();
    }

    @Test
    void aBackfillThatLeftSomethingOutDidNotSucceed() throws Exception {
        sql("legacy", "create table item (id integer primary key, name text)");
        sql("legacy", "insert into item values (1, 'a'), (2, null)");
        sql("modern", "create table thing (id integer primary key, title text not null)");
        try (DataPlane plane = plane()) {
            DataAdapter data = new DataAdapter(plane);
            Data.Job partial = ended(data, data.startBackfill(ITEMS));
            assertThat(partial.state()).isEqualTo(Data.State.FAILED);
            assertThat(partial.message()).contains("1 documents were refused by modern", "entity 2");

            sql("legacy", "update item set name = 'b' where id = 2");
            String again = data.startBackfill(ITEMS);
            assertThat(again).isNotEqualTo(partial.id());
            assertThat(ended(data, again).state()).isEqualTo(Data.State.DONE);
        }
    }
}
