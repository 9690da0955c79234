package dev.bailey.app.demo;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.app.wiring.Bailey;
import dev.bailey.app.wiring.Preparation;
import dev.bailey.control.orchestrate.ControlSettings;
import dev.bailey.examples.orders.legacy.LegacyContract;
import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.load.LoadClient;
import dev.bailey.examples.orders.load.LoadSettings;
import dev.bailey.examples.orders.modern.ModernContract;
import dev.bailey.examples.orders.modern.ModernTables;
import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.OrderContract;
import dev.bailey.examples.orders.service.OrderTables;
import dev.bailey.examples.orders.service.OrdersServer;
import dev.bailey.examples.orders.service.SampleOrders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Starts the example's migration in this process, sends some hundred requests through it, and looks at it as an operator does. */
final class TrainingRun {

    private static final int ORDERS = 200;
    private static final int CLIENTS = 4;
    private static final double PER_SECOND = 400;
    private static final long REQUESTS = 300;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What the command line asks, by the file its answer is kept in. */
    private static final Map<String, String> ASKED = new LinkedHashMap<>();

    static {
        ASKED.put("status", "/status");
        ASKED.put("gates", "/slices/orders/gates");
        ASKED.put("history", "/slices/orders/history");
        ASKED.put("jobs", "/jobs");
        ASKED.put("journal", "/journal");
    }

    private TrainingRun() {}

    static void of(Path home, Path work, Path answers) throws Exception {
        Path file = work.resolve("orders.yaml");
        Preparation.begin();
        try (OrdersServer legacy =
                        service(work.resolve("legacy.db"), new LegacyContract(), new LegacyTables(), ORDERS);
                OrdersServer modern = service(work.resolve("modern.db"), new ModernContract(), new ModernTables(), 0)) {
            OrdersFile.write(home, file, 0, 0, legacy.port(), modern.port());
            if (!(MigrationFile.read(file) instanceof Read.Valid valid)) {
                throw new DemoFailure("the example's migration file is not valid; `bailey validate` says why");
            }
            Path data = work.resolve("data");
            try (Bailey bailey =
                    Bailey.start(valid.spec(), file, valid.text(), data, ControlSettings.DEFAULTS.withBase(work))) {
                DemoApi api = new DemoApi(
                        URI.create(bailey.adminUrl()),
                        Files.readString(data.resolve("token")).strip());
                carry(bailey, api);
                for (Map.Entry<String, String> each : ASKED.entrySet()) {
                    keep(answers.resolve(each.getKey()), api.get(each.getValue()));
                }
                keep(
                        answers.resolve("explain"),
                        api.post("/explain", Map.of("method", "GET", "path", "/api/orders/5", "headers", Map.of())));
                api.read("/");
                api.read("/metrics");
            }
        }
    }

    private static void keep(Path file, DemoApi.Reply reply) throws IOException {
        if (!reply.isDone()) {
            throw new DemoFailure(file.getFileName() + " was answered " + reply.status() + ": " + reply.message());
        }
        Files.writeString(file, reply.body().toString());
    }

    private static OrdersServer service(Path database, OrderContract contract, OrderTables tables, int orders)
            throws Exception {
        Database open = Database.open("jdbc:sqlite:" + database, tables);
        SampleOrders.seed(open, tables, orders, 1);
        return OrdersServer.start(0, contract, tables, open, Clock.systemUTC());
    }

    /** Requests in the first phase and in the second, where writes are journalled and carried to the other side. */
    private static void carry(Bailey bailey, DemoApi api) throws IOException, InterruptedException {
        URI gateway = URI.create("http://" + bailey.gatewayAddress());
        try (LoadClient load =
                LoadClient.start(LoadSettings.usual(gateway, CLIENTS, PER_SECOND, 1, ORDERS), System::nanoTime)) {
            awaitRequests(load, REQUESTS);
            if (!api.post("/slices/" + DemoPilot.SLICE + "/advance", Map.of("reason", "training", "force", false))
                    .isDone()) {
                throw new DemoFailure("the dual write did not begin");
            }
            awaitRequests(load, 3 * REQUESTS);
        }
    }

    private static void awaitRequests(LoadClient load, long count) throws InterruptedException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (load.counts().reads() + load.counts().writes() < count) {
            if (System.nanoTime() > until) {
                throw new DemoFailure("fewer than " + count + " answers within " + LIMIT.toSeconds() + " s");
            }
            Thread.sleep(20);
        }
    }
}
