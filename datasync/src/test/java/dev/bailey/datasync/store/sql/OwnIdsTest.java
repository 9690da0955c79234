package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.Engine;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A store whose ids are its own: documents carry the other side's, and a table pairs the two. */
class OwnIdsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAMESPACE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

    @TempDir
    Path folder;

    private final List<EntityStore> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(EntityStore::close);
    }

    private String database(Engine engine) throws Exception {
        String url = engine.database(folder);
        Engine.run(
                url,
                "create table customer_ids (old_id bigint primary key, own varchar(36) not null unique)",
                "create table buy_ids (old_id bigint primary key, own bigint not null unique)",
                "create table item_ids (old_id bigint primary key, own varchar(36) not null unique)",
                "create table customer (customer_id varchar(36) primary key, name varchar(50))",
                "create table buy (buy_id bigint primary key, customer varchar(36))",
                "create table buy_line (buy_id bigint not null references buy (buy_id), item varchar(36) not null, n int,"
                        + " primary key (buy_id, item))");
        return url;
    }

    private EntityStore open(String name, SqlStore spec) {
        EntityStore store = SqlEntityStore.open(
                new SliceName(name), Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
        open.add(store);
        return store;
    }

    private static IdTable ids(String table, String mint) {
        return new IdTable(table, "old_id", "own", Optional.of(mint));
    }

    private EntityStore customers(String url, String mint) {
        return open(
                "customers",
                new SqlStore(
                        url,
                        "",
                        "",
                        "select i.old_id as id, c.name from customer c join customer_ids i on i.own = c.customer_id",
                        Map.of(),
                        Optional.of(new WriteTable(
                                "customer",
                                Map.of("id", "customer_id", "name", "name"),
                                Map.of(),
                                Map.of("id", ids("customer_ids", mint)),
                                Map.of(),
                                Map.of(),
                                Optional.empty()))));
    }

    private EntityStore buys(String url) {
        ChildTable lines = new ChildTable(
                "buy_line",
                "buy_id",
                Map.of("item", "item", "n", "n"),
                Map.of(),
                Map.of("item", ids("item_ids", "uuid")),
                List.of("item"));
        return open(
                "buys",
                new SqlStore(
                        url,
                        "",
                        "",
                        "select i.old_id as id, c.old_id as customer from buy b join buy_ids i on i.own = b.buy_id left join"
                                + " customer_ids c on c.own = b.customer",
                        Map.of(
                                "lines",
                                "select i.old_id as _key, t.old_id as item, l.n from buy_line l join buy_ids i on i.own ="
                                        + " l.buy_id join item_ids t on t.own = l.item order by i.old_id, t.old_id"),
                        Optional.of(new WriteTable(
                                "buy",
                                Map.of("id", "buy_id", "customer", "customer"),
                                Map.of(),
                                Map.of("id", ids("buy_ids", "1000 + ?"), "customer", ids("customer_ids", "uuid")),
                                Map.of(),
                                Map.of("lines", lines),
                                Optional.empty()))));
    }

    private static Document customer(int id, String name) throws StoreException {
        return Document.of("id", JSON.createObjectNode().put("id", id).put("name", name));
    }

    private static Document buy(int id, int customer, int... items) throws StoreException {
        ObjectNode body = JSON.createObjectNode().put("id", id).put("customer", customer);
        var lines = body.putArray("lines");
        for (int item : items) {
            lines.addObject().put("item", item).put("n", id);
        }
        return Document.of("id", body);
    }

    private static EntityKey key(int id) {
        return new EntityKey(Integer.toString(id));
    }

    @ParameterizedTest
    @EnumSource
    void referencesMeetInWhateverOrderTheEntitiesCome(Engine engine) throws Exception {
        String url = database(engine);
        EntityStore customers = customers(url, "uuid");
        EntityStore buys = buys(url);
        Document early = buy(7, 42, 3, 5);
        assertThat(customers.check()).isEmpty();
        assertThat(buys.check()).isEmpty();

        assertThat(buys.write(List.of(early, buy(8, 43))).refused()).isEmpty();
        assertThat(customers
                        .write(List.of(customer(42, "a"), customer(43, "b")))
                        .refused())
                .isEmpty();

        assertThat(buys.read(List.of(key(7))).values()).allMatch(early::sameAs).hasSize(1);
        assertThat(
                        Engine.rows(
                                url,
                                "select b.buy_id, c.name from buy b join customer c on c.customer_id = b.customer order by b.buy_id"))
                .containsExactly("1007 a", "1008 b");
        assertThat(Engine.rows(url, "select own from customer_ids"))
                .allSatisfy(own -> assertThat(UUID.fromString(own).version()).isEqualTo(4));
    }

    @ParameterizedTest
    @EnumSource
    void anEntityKeepsItsOwnIdWhateverBecomesOfIt(Engine engine) throws Exception {
        String url = database(engine);
        EntityStore customers = customers(url, "uuid");
        customers.write(List.of(customer(42, "a")));
        List<String> first = Engine.rows(url, "select customer_id from customer");

        customers.write(List.of(customer(42, "changed")));
        customers.delete(List.of(key(42)));
        assertThat(customers.scan(KeyRange.ALL, 10)).isEmpty();
        customers.write(List.of(customer(42, "again")));

        assertThat(Engine.rows(url, "select customer_id from customer")).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void anIdByNameIsTheSameWhereverItIsMade(Engine engine) throws Exception {
        String url = database(engine);
        customers(url, "uuid5:" + NAMESPACE).write(List.of(customer(42, "a")));

        assertThat(Engine.rows(url, "select customer_id from customer"))
                .containsExactly(
                        IdTables.byName(UUID.fromString(NAMESPACE), "42").toString());
    }

    /** RFC 9562, appendix A.4. */
    @Test
    void namesBecomeTheUuidsOfTheStandard() {
        assertThat(IdTables.byName(UUID.fromString(NAMESPACE), "www.example.com"))
                .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    @ParameterizedTest
    @EnumSource
    void twoThatMakeTheSameIdAtOnceAgree(Engine engine) throws Exception {
        String url = database(engine);
        EntityStore customers = customers(url, "uuid");
        EntityStore buys = buys(url);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> one = threads.submit(() -> {
                for (int id = 1; id <= 100; id++) {
                    assertThat(customers.write(List.of(customer(id, "c" + id))).refused())
                            .isEmpty();
                }
                return null;
            });
            Future<?> other = threads.submit(() -> {
                for (int id = 1; id <= 100; id++) {
                    assertThat(buys.write(List.of(buy(id, id, id % 7))).refused())
                            .isEmpty();
                }
                return null;
            });
            one.get();
            other.get();
        }
        assertThat(Engine.rows(
                        url,
                        "select c.name from buy b join buy_ids i on i.own = b.buy_id join customer c on c.customer_id ="
                                + " b.customer where c.name = concat('c', i.old_id)"))
                .hasSize(100);
        assertThat(new HashSet<>(Engine.rows(url, "select own from customer_ids")))
                .hasSize(100);
    }
}
