package dev.bailey.app.nodes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** A service of items, {@code {"id": "1", "text": "a"}} under {@code /items/1}, in a table {@code item (id, text)}. Thread-safe. */
final class TableService implements AutoCloseable {

    private static final String ITEMS = "/items/";

    private final String jdbc;
    private final HttpServer server;
    private final ConcurrentLinkedQueue<Connection> idle = new ConcurrentLinkedQueue<>();

    /** @param rows numbered from 1 */
    TableService(String jdbc, int rows) throws IOException, SQLException {
        this.jdbc = jdbc;
        try (Connection connection = DriverManager.getConnection(jdbc);
                Statement statement = connection.createStatement()) {
            statement.execute("create table item (id bigint primary key, text text not null)");
            statement.execute("insert into item select i, '0' from generate_series(1, " + rows + ") i");
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String jdbc() {
        return jdbc;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String answer = "{}";
            int status = 200;
            if (path.startsWith(ITEMS)) {
                Connection pooled = idle.poll();
                Connection connection = pooled == null ? DriverManager.getConnection(jdbc) : pooled;
                long id = Long.parseLong(path.substring(ITEMS.length()));
                if (exchange.getRequestMethod().equals("PUT")) {
                    put(connection, id, body.replaceAll(".*\"text\":\"([^\"]*)\".*", "$1"));
                    answer = body;
                } else {
                    answer = get(connection, id);
                    status = answer.isEmpty() ? 404 : 200;
                }
                idle.add(connection);
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static void put(Connection connection, long id, String text) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(
                "insert into item values (?, ?) on conflict (id) do update set text = excluded.text")) {
            put.setLong(1, id);
            put.setString(2, text);
            put.executeUpdate();
        }
    }

    private static String get(Connection connection, long id) throws SQLException {
        try (PreparedStatement get = connection.prepareStatement("select text from item where id = ?")) {
            get.setLong(1, id);
            try (ResultSet row = get.executeQuery()) {
                return row.next() ? "{\"id\":\"" + id + "\",\"text\":\"" + row.getString(1) + "\"}" : "";
            }
        }
    }

    /** All items, by plain SQL. */
    java.util.SortedMap<Long, Integer> items() throws SQLException {
        java.util.SortedMap<Long, Integer> items = new java.util.TreeMap<>();
        try (Connection connection = DriverManager.getConnection(jdbc);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id, text from item")) {
            while (rows.next()) {
                items.put(rows.getLong(1), Integer.parseInt(rows.getString(2)));
            }
        }
        return items;
    }

    @Override
    public void close() {
        server.stop(0);
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            try {
                connection.close();
            } catch (SQLException gone) {
                System.err.println(gone.getMessage());
            }
        }
    }
}
