package dev.bailey.examples.orders.service;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a service does with orders, in whichever contract and tables it is given. A write, its answer under the idempotency
 * key and the count of its reference are one transaction. Thread-safe; blocks on the database.
 */
final class OrdersApi {

    private static final int DEFAULT_PAGE = 50;
    private static final int MAX_PAGE = 500;

    private final OrderContract contract;
    private final OrderTables tables;
    private final Database database;
    private final InstantSource clock;
    private final Set<String> inProgress = ConcurrentHashMap.newKeySet();

    OrdersApi(OrderContract contract, OrderTables tables, Database database, InstantSource clock) {
        this.contract = contract;
        this.tables = tables;
        this.database = database;
        this.clock = clock;
    }

    /** One request. The path is decoded; parameters are the query's. */
    record Request(
            String method,
            String path,
            Map<String, String> parameters,
            @Nullable String idempotencyKey,
            byte[] body) {}

    Answer answer(Request request, Defects defects) throws SQLException {
        String path = request.path();
        if (path.equals(contract.path())) {
            return switch (request.method()) {
                case "GET" -> list(request.parameters());
                case "POST" -> create(request);
                default -> notAllowed("GET, POST");
            };
        }
        if (!path.startsWith(contract.path() + "/")) {
            return Answer.problem(404, "no such path: " + path + " (expected " + contract.path() + ")");
        }
        String text = path.substring(contract.path().length() + 1);
        OptionalLong id = contract.parseId(text);
        if (id.isEmpty()) {
            return Answer.problem(404, "no such order: " + text + " (expected an id like " + contract.id(123) + ")");
        }
        return switch (request.method()) {
            case "GET" -> get(id.getAsLong(), defects);
            case "PUT" -> put(id.getAsLong(), request);
            case "DELETE" -> delete(id.getAsLong(), request);
            default -> notAllowed("GET, PUT, DELETE");
        };
    }

    private Answer get(long id, Defects defects) throws SQLException {
        Optional<Order> found = database.read(connection -> tables.find(connection, id));
        return found.map(order -> Answer.json(200, contract.write(defects.rounding() ? misrounded(order) : order)))
                .orElseGet(() -> Answer.problem(404, "no such order: " + contract.id(id)));
    }

    private static Order misrounded(Order order) {
        long total = order.totalCents() % 10 == 5 ? order.totalCents() - 1 : order.totalCents();
        return new Order(
                order.id(),
                order.customer(),
                order.status(),
                order.createdAt(),
                order.note(),
                order.lines(),
                total,
                order.ref(),
                order.version());
    }

    private Answer list(Map<String, String> parameters) throws SQLException {
        OptionalLong after = contract.parseId(parameters.getOrDefault("after", contract.id(0)));
        int limit;
        try {
            limit = Integer.parseInt(parameters.getOrDefault("limit", Integer.toString(DEFAULT_PAGE)));
        } catch (NumberFormatException notANumber) {
            limit = -1;
        }
        if (after.isEmpty() || limit < 1 || limit > MAX_PAGE) {
            return Answer.problem(400, "after or limit is wrong (expected an id, and 1 to " + MAX_PAGE + ")");
        }
        int page = limit;
        List<Order> found = database.read(
                connection -> tables.list(connection, parameters.get("customer"), after.getAsLong(), page + 1));
        boolean more = found.size() > page;
        return Answer.json(200, contract.writeList(more ? found.subList(0, page) : found, more));
    }

    private Answer create(Request request) throws SQLException {
        Order asked;
        try {
            asked = referred(contract.read(JsonMapper.shared().readTree(request.body())), request);
        } catch (JacksonException | IllegalArgumentException | ArithmeticException wrong) {
            return badBody(wrong);
        }
        // The id is no part of the payload: the same order may come again with the id another database minted for it.
        return write(request, hash("POST", asked.withId(0)), connection -> {
            if (asked.id() > 0 && tables.find(connection, asked.id()).isPresent()) {
                return Answer.problem(
                        409, "order " + contract.id(asked.id()) + " exists (expected a free id, or none)");
            }
            long id = asked.id() > 0 ? asked.id() : tables.mintId(connection, database.dialect());
            return save(connection, asked.withId(id), 201);
        });
    }

    private Answer put(long id, Request request) throws SQLException {
        Order asked;
        try {
            asked = referred(contract.read(JsonMapper.shared().readTree(request.body())), request);
        } catch (JacksonException | IllegalArgumentException | ArithmeticException wrong) {
            return badBody(wrong);
        }
        if (asked.id() != 0 && asked.id() != id) {
            return Answer.problem(
                    400, "body has id " + contract.id(asked.id()) + " (expected " + contract.id(id) + ")");
        }
        Order order = asked.withId(id);
        return write(request, hash("PUT", order), connection -> {
            Optional<Order> old = tables.find(connection, id);
            return save(
                    connection, order.withVersion(old.map(Order::version).orElse(0L) + 1), old.isPresent() ? 200 : 201);
        });
    }

    private Answer save(Connection connection, Order order, int status) throws SQLException {
        tables.save(connection, order);
        if (order.ref() != null) {
            WriteLog.applied(connection, order.ref(), order.id());
        }
        Answer answer = Answer.json(status, contract.write(order));
        return status == 201 ? answer.with("Location", contract.path() + "/" + contract.id(order.id())) : answer;
    }

    private Answer delete(long id, Request request) throws SQLException {
        return write(request, "DELETE " + id, connection -> {
            boolean removed = tables.delete(connection, id);
            if (removed && request.idempotencyKey() != null) {
                WriteLog.applied(connection, request.idempotencyKey(), id);
            }
            return Answer.empty(204);
        });
    }

    private Answer write(Request request, String requestHash, Database.Work<Answer> work) throws SQLException {
        String key = request.idempotencyKey();
        if (key == null) {
            return database.write(work);
        }
        if (!inProgress.add(key)) {
            return Answer.problem(
                            409, "a request with this Idempotency-Key is in progress (expected to wait for its answer)")
                    .with("Retry-After", "1");
        }
        try {
            return database.write(connection -> {
                Optional<WriteLog.Kept> kept = WriteLog.find(connection, key);
                if (kept.isPresent()) {
                    return kept.get().requestHash().equals(requestHash)
                            ? kept.get().answer()
                            : Answer.problem(
                                    422, "this Idempotency-Key was used with another payload (expected the same)");
                }
                Answer answer = work.on(connection);
                if (answer.isSuccess()) {
                    WriteLog.keep(connection, key, requestHash, answer, clock.millis());
                }
                return answer;
            });
        } finally {
            inProgress.remove(key);
        }
    }

    /** A body without a reference is referred to by its idempotency key. */
    private static Order referred(Order order, Request request) {
        return order.ref() == null ? order.withRef(request.idempotencyKey()) : order;
    }

    private static String hash(String method, Order order) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((method + " " + order).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    private static Answer badBody(Exception wrong) {
        return wrong instanceof JacksonException
                ? Answer.problem(400, "body is not JSON of the expected form")
                : Answer.problem(400, String.valueOf(wrong.getMessage()));
    }

    private static Answer notAllowed(String allowed) {
        return Answer.problem(405, "method not allowed (expected " + allowed + ")")
                .with("Allow", allowed);
    }
}
