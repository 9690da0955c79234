package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.bailey.app.cli.ClientCommands;
import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.orchestrate.ControlSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A migration with an outbox, from its file to what the command line shows. */
class FeedsTest {

    @TempDir
    Path folder;

    HttpServer service;

    @BeforeEach
    void open() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        service.start();
        sql("legacy", "create table item (id integer primary key, name text)");
        sql("legacy", "create table outbox (id integer primary key autoincrement, entity_id text not null)");
        sql("modern", "create table thing (id integer primary key, title text)");
    }

    @AfterEach
    void close() {
        service.stop(0);
    }

    @Test
    void whatIsWrittenPastTheGatewayArrivesFromTheFirstPhaseThatCarriesWritesOn() throws Exception {
        try (Bailey bailey = start()) {
            sql("legacy", "insert into item values (1, 'one')");
            sql("legacy", "insert into outbox (entity_id) values ('1')");
            assertThat(feeds(bailey)).contains("outbox-legacy", "idle");
            assertThat(sql("modern", "select count(*) from thing")).isEqualTo(0);

            advance(bailey);

            await(() -> sql("modern", "select count(*) from thing where title = 'one'") == 1);
            await(() -> sql("legacy", "select count(*) from outbox") == 0);
            await(() -> feeds(bailey).contains("running"));
            assertThat(metrics(bailey))
                    .contains("bailey_feed_changes_total{feed=\"outbox-legacy\",slice=\"items\"} 1.0");
        }
        try (Bailey again = start()) {
            sql("legacy", "delete from item");
            sql("legacy", "insert into outbox (entity_id) values ('1')");
            await(() -> sql("modern", "select count(*) from thing") == 0);
            assertThat(feeds(again)).contains(" 2 ");
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(50))
                .atMost(30, TimeUnit.SECONDS)
                .until(condition);
    }

    private String feeds(Bailey bailey) {
        CommandLine line = new CommandLine(
                Objects.requireNonNull(ClientCommands.byName().get("feeds")).get());
        StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        line.execute(
                "items",
                "--url",
                bailey.adminUrl(),
                "--data",
                folder.resolve("data").toString());
        return out.toString();
    }

    private void advance(Bailey bailey) throws Exception {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(bailey.adminUrl() + "/api/v1/slices/items/advance"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"reason\":\"test\",\"force\":true}")));
        assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    }

    private String metrics(Bailey bailey) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(bailey.adminUrl() + "/metrics")))
                .body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String token = Files.readString(folder.resolve("data/token")).strip();
            return client.send(
                    request.header("Authorization", "Bearer " + token).build(), BodyHandlers.ofString());
        }
    }

    private Bailey start() throws IOException {
        Path file = folder.resolve("m.yaml");
        String url = "http://127.0.0.1:" + service.getAddress().getPort();
        Files.writeString(file, """
                bailey: 1
                migration: m
                owner: o
                finishBy: 2027-01-01
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                legacy: { url: "%s/a" }
                modern: { url: "%s/b" }
                slices:
                  items:
                    entity: path:id
                    routes: [ "PUT /items/{id}" ]
                    writes: { replicate: refresh }
                    data:
                      key: id
                      legacy:
                        jdbc: jdbc:sqlite:%s
                        read: select id, name from item
                        write: { table: item, columns: { id: id, name: name } }
                      modern:
                        jdbc: jdbc:sqlite:%s
                        read: select id, title as name from thing
                        write: { table: thing, columns: { id: id, name: title } }
                    feeds:
                      - outbox: { side: legacy, table: outbox, id: id, key: entity_id, every: 50ms }
                """.formatted(url, url, folder.resolve("legacy.db"), folder.resolve("modern.db")));
        Read.Valid valid = (Read.Valid)
                MigrationFile.parse("m.yaml", Files.readString(file), name -> null, folder, LocalDate.of(2026, 11, 20));
        return Bailey.start(
                valid.spec(), file, valid.text(), folder.resolve("data"), ControlSettings.DEFAULTS.withBase(folder));
    }

    private long sql(String side, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(side + ".db"));
                Statement sql = connection.createStatement()) {
            sql.execute("pragma busy_timeout = 10000");
            return sql.execute(statement) ? sql.getResultSet().getLong(1) : 0;
        }
    }
}
