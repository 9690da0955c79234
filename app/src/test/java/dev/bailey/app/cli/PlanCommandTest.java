package dev.bailey.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.api.FakeBailey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PlanCommandTest {

    @TempDir
    Path folder;

    private Path file = Path.of("");

    private record Result(int code, String text) {}

    @BeforeEach
    void stores() throws Exception {
        run("legacy.db", "create table orders (id integer primary key, customer text)");
        run("legacy.db", "insert into orders values (1, 'acme'), (2, 'globex')");
        run("modern.db", "create table purchase (id integer primary key, customer text, note text)");
        file = Files.writeString(folder.resolve("bailey.yaml"), """
                        bailey: 1
                        migration: orders
                        owner: team-orders
                        finishBy: 2027-03-31
                        legacy: { url: http://127.0.0.1:8081 }
                        modern: { url: http://127.0.0.1:8082 }
                        slices:
                          orders:
                            entity: path:id
                            routes:
                              - GET /api/orders/{id}
                              - PUT /api/orders/{id}
                            writes: { replicate: replay, idempotency: natural }
                            data:
                              key: id
                              legacy:
                                jdbc: jdbc:sqlite:FOLDER/legacy.db
                                read: select id, customer from orders
                                write: { table: orders, columns: { id: id, customer: customer } }
                              modern:
                                jdbc: jdbc:sqlite:FOLDER/modern.db
                                read: select id, customer from purchase
                                write: { table: purchase, columns: { id: id, customer: customer } }
                        """.replace("FOLDER", folder.toString()));
    }

    private void run(String database, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Result plan(String... options) {
        StringWriter text = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(file.toString());
        CommandLine line =
                new CommandLine(new PlanCommand()).setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
        return new Result(line.execute(arguments.toArray(String[]::new)), text.toString());
    }

    @Test
    void storesAreLookedAtWithoutARunningBailey() {
        Result plan = plan("--stores-only");
        assertThat(plan.text())
                .contains(
                        "stores of orders:",
                        "note: modern: columns not written, which keep their defaults (1): purchase.note",
                        "about 2 documents at legacy and 0 at modern; estimated from samples: backfill ");
        assertThat(plan.code()).isZero();
    }

    @Test
    void aWarningIsNoErrorAndAMissingColumnIsOne() throws Exception {
        String yaml = Files.readString(file);
        Files.writeString(
                file, yaml.replace("select id, customer from orders", "select id + 0 as id, customer from orders"));
        Result warned = plan("--stores-only");
        assertThat(warned.text()).contains("warning: legacy: ranges of id are read without an index");
        assertThat(warned.code()).isZero();
        run("modern.db", "alter table purchase drop column customer");
        Result plan = plan("--stores-only", "--output", "json");
        assertThat(plan.text()).contains("\"usable\":false", "\"severity\":\"error\",", "no such column: customer");
        assertThat(plan.code()).isEqualTo(1);
    }

    @Test
    void aFileThatCannotBeUsedHereSaysSo() throws Exception {
        String yaml = Files.readString(file);
        Files.writeString(file, yaml.replaceFirst("( +)(read: select)", "$1user: \\${env:NOWHERE_SET}\n$1$2"));
        Result plan = plan("--stores-only");
        assertThat(plan.text()).contains("the stores were not looked at", "NOWHERE_SET");
        assertThat(plan.code()).isEqualTo(1);
    }

    @Test
    void changesAndStoresComeTogether() {
        try (FakeBailey bailey = new FakeBailey(folder)) {
            Result plan = plan("--url", bailey.server.url(), "--data", folder.toString());
            assertThat(plan.text()).contains("slices.orders.gates.lag: 30s -> 10s", "stores of orders:");
            assertThat(plan.code()).isZero();
        }
    }
}
