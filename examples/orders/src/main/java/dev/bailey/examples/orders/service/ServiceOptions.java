package dev.bailey.examples.orders.service;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options both services take, and how a service runs until its process is ended. */
public final class ServiceOptions {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port on 127.0.0.1 (default: 8081 legacy, 8082 modern).")
    private int port;

    @Option(names = "--db", paramLabel = "FILE", description = "SQLite file (default: legacy.db, modern.db).")
    private String file;

    @Option(names = "--jdbc", paramLabel = "URL", description = "Use this database instead: jdbc:postgresql://…")
    private @Nullable String jdbc;

    public ServiceOptions(int port, String file) {
        this.port = port;
        this.file = file;
    }

    /** Serves until the process is told to end; 1 when it could not start. */
    public int serve(String name, OrderContract contract, OrderTables tables, int seedOrders, long seed)
            throws SQLException, IOException, InterruptedException {
        String url = jdbc == null ? "jdbc:sqlite:" + file : jdbc;
        Database database = Database.open(url, tables);
        if (seedOrders > 0) {
            SampleOrders.seed(database, tables, seedOrders, seed);
        }
        long orders = database.read(tables::count);
        try (OrdersServer server = OrdersServer.start(port, contract, tables, database, Clock.systemUTC())) {
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "shutdown"));
            say("%s service on http://127.0.0.1:%d%s, %d orders in %s%n"
                    .formatted(name, server.port(), contract.path(), orders, jdbc == null ? file : "PostgreSQL"));
            ended.await();
            return 0;
        } catch (BindException taken) {
            database.close();
            System.err.printf("port %d is taken (expected a free one; give another with --port)%n", port);
            return 1;
        }
    }

    /** Writes to standard output at once, also where it is a pipe. */
    @SuppressWarnings("SystemOut") // a command's output
    public static void say(String text) {
        PrintStream out = System.out;
        out.print(text);
        out.flush();
    }

    /** Ends the process where a command failed; success ends by itself. */
    public static void exit(int code) {
        if (code != 0) {
            System.exit(code);
        }
    }
}
