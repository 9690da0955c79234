package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefreshTest {

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Shop shop(Server follower) throws Exception {
        Path own = Files.createTempDirectory(folder, "shop");
        Shop shop = Shop.to(follower, own);
        open.add(shop);
        return shop;
    }

    private static Refresh refresh(Shop shop) {
        return new Refresh(shop.stores, Exclusion.NONE);
    }

    @Test
    void aUuidIsTheSameInWhicheverCaseAClientWritesIt() throws Exception {
        String legacy = Postgres.database();
        String modern = Postgres.database();
        String id = "0f8b1c9e-6a4d-4f39-9f8e-1d2c3b4a5e6f";
        Shop.sql(legacy, "create table a (id uuid primary key, name text)");
        Shop.sql(modern, "create table b (id uuid primary key, name text)");
        Shop.sql(legacy, "insert into a values ('" + id + "', 'x')");
        DataSpec data = new DataSpec(
                "id",
                Optional.empty(),
                new SqlStore(legacy, "", "", "select id, name from a", Map.of(), Optional.empty()),
                new SqlStore(
                        modern,
                        "",
                        "",
                        "select id, name from b",
                        Map.of(),
                        Optional.of(new WriteTable("b", Map.of("id", "id", "name", "name"), Map.of(), Map.of()))));
        StorePair stores = Shop.pair(data);
        try (EntityStore one = stores.legacy();
                EntityStore other = stores.modern()) {
            Refreshed done = new Refresh(stores, Exclusion.NONE)
                    .refresh(Side.LEGACY, List.of(new EntityKey(id.toUpperCase(Locale.ROOT))));

            assertThat(done)
                    .isInstanceOfSatisfying(
                            Refreshed.Done.class,
                            each -> assertThat(each.changed()).isEqualTo(1));
            assertThat(other.read(List.of(new EntityKey(id)))).hasSize(1);
            assertThat(one.keyKind()).contains(KeyKind.UUID);
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesTheFollowerEqualChildRowsIncluded(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(20);
        shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_99', 'gone', 1)");
        shop.modern("insert into purchase_line values ('ord_99', 'x', 1, 1)");

        Refreshed first = refresh(shop).refresh(Side.LEGACY, List.of(key(1), key(7), key(99), key(500)));

        assertThat(first).isEqualTo(new Refreshed.Done(3, List.of(key(1), key(7)), List.of(key(99))));
        assertThat(Shop.number(shop.modernUrl, "select count(*) from purchase_line"))
                .isEqualTo(4);
        assertThat(Shop.number(
                        shop.modernUrl, "select count(*) from purchase where order_id = 'ord_7' and remark is null"))
                .isEqualTo(1);
        assertThat(refresh(shop).refresh(Side.LEGACY, List.of(key(1), key(7), key(99), key(500))))
                .isEqualTo(new Refreshed.Done(0, List.of(), List.of()));
    }

    @ParameterizedTest
    @EnumSource
    void keepsMoneyToTheCentBothWays(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(3);
        shop.legacy("update orders set cents = 29 where id = 1");
        shop.legacy("update orders set cents = 123456789012345 where id = 2");
        assertThat(refresh(shop).refresh(Side.LEGACY, List.of(key(1), key(2), key(3))))
                .isInstanceOf(Refreshed.Done.class);

        shop.legacy("update orders set cents = 0");
        assertThat(refresh(shop).refresh(Side.MODERN, List.of(key(1), key(2), key(3))))
                .isInstanceOf(Refreshed.Done.class);
        assertThat(Shop.number(shop.legacyUrl, "select cents from orders where id = 1"))
                .isEqualTo(29);
        assertThat(Shop.number(shop.legacyUrl, "select cents from orders where id = 2"))
                .isEqualTo(123456789012345L);
        assertThat(Shop.number(shop.legacyUrl, "select count(*) from orders where typeof(cents) <> 'integer'"))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aConflictOnAnotherUniqueKeyIsRefusedAndReplacesNoRow(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(3);
        shop.modern("create unique index one_customer on purchase (customer_id)");
        shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_50', 'customer 2', 1)");

        Refreshed refreshed = refresh(shop).refresh(Side.LEGACY, List.of(key(1), key(2), key(3)));

        assertThat(refreshed).isInstanceOfSatisfying(Refreshed.Refused.class, refused -> {
            assertThat(refused.key()).isEqualTo(key(2));
            assertThat(refused.reason()).contains("orders, modern").doesNotContain("customer 2");
        });
        assertThat(Shop.number(
                        shop.modernUrl, "select count(*) from purchase where order_id in ('ord_50', 'ord_1', 'ord_3')"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void neverOverwritesANewerVersion(Server follower) throws Exception {
        Shop shop = shop(follower);
        StorePair guarded = Shop.pair(Shop.data(shop.legacyUrl, shop.modernUrl, Optional.of("version")));
        open.add(guarded.legacy());
        open.add(guarded.modern());
        shop.fillLegacy(1);
        shop.modern("insert into purchase (order_id, customer_id, total, version) values ('ord_1', 'x', 9.99, 5)");

        Refreshed refreshed = new Refresh(guarded, Exclusion.NONE).refresh(Side.LEGACY, List.of(key(1)));

        assertThat(refreshed)
                .isInstanceOfSatisfying(
                        Refreshed.Refused.class,
                        refused -> assertThat(refused.reason()).contains("newer version"));
        assertThat(Shop.number(shop.modernUrl, "select count(*) from purchase where total = 9.99 and version = 5"))
                .isEqualTo(1);
        assertThat(Shop.number(shop.modernUrl, "select count(*) from purchase_line"))
                .isZero();

        shop.legacy("update orders set version = 6");
        assertThat(new Refresh(guarded, Exclusion.NONE).refresh(Side.LEGACY, List.of(key(1))))
                .isInstanceOf(Refreshed.Done.class);
    }

    /** It stood still between reading and writing, and another has taken over since. */
    @Test
    void whoMayNotWriteAnyMoreWritesNothingOfWhatItHasRead() throws Exception {
        Shop shop = shop(Server.SQLITE);
        shop.fillLegacy(2);
        shop.modern("insert into purchase (order_id, customer_id, total, version) values ('ord_9', 'x', 9.99, 5)");
        Exclusion lapsed = new Exclusion() {
            @Override
            public <T> T alone(SliceName slice, List<EntityKey> keys, Callable<T> work) throws Exception {
                return work.call();
            }

            @Override
            public boolean mayWrite() {
                return false;
            }
        };

        for (int key : List.of(1, 9)) {
            assertThat(new Refresh(shop.stores, lapsed).refresh(Side.LEGACY, List.of(key(key))))
                    .isInstanceOfSatisfying(
                            Refreshed.Unavailable.class,
                            unavailable -> assertThat(unavailable.reason()).contains("lease"));
        }

        assertThat(Shop.number(shop.modernUrl, "select count(*) from purchase where order_id = 'ord_9'"))
                .isEqualTo(1);
        assertThat(Shop.number(shop.modernUrl, "select count(*) from purchase")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhereADocumentReadsBackOtherwiseThanWritten(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(1);
        shop.legacy("update line set cents = 333 where sku = 'b'");
        // Whole euros only: what is written can never be read back.
        String rounding = switch (follower) {
            case SQLITE ->
                "create trigger whole after insert on purchase_line begin update purchase_line set price ="
                        + " round(price); end";
            case POSTGRESQL -> "alter table purchase_line alter column price type numeric(12,0)";
            case MARIADB -> "alter table purchase_line modify column price numeric(12,0) not null";
        };
        shop.modern(rounding);

        assertThat(refresh(shop).refresh(Side.LEGACY, List.of(key(1))))
                .isInstanceOfSatisfying(
                        Refreshed.Refused.class,
                        refused -> assertThat(refused.reason()).contains("/lines/1/price"));
    }

    @ParameterizedTest
    @EnumSource
    void startsAgainWhenTheAuthorityChangesBetweenReadAndWrite(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(1);
        Interfering legacy = new Interfering(
                shop.stores.legacy(),
                2,
                () -> shop.legacy("update orders set cents = cents + 100, version = version + 1 where id = 1"));
        StorePair raced = new StorePair(Shop.ORDERS, legacy, shop.stores.modern());

        assertThat(new Refresh(raced, Exclusion.NONE).refresh(Side.LEGACY, List.of(key(1))))
                .isInstanceOf(Refreshed.Done.class);

        assertThat(same(shop, 1)).isTrue();
        assertThat(Shop.number(shop.modernUrl, "select version from purchase")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void saysSoWhenAnEntityNeverHoldsStill(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(2);
        Interfering legacy = new Interfering(
                shop.stores.legacy(),
                Integer.MAX_VALUE,
                () -> shop.legacy("update orders set cents = cents + 1 where id = 1"));
        StorePair raced = new StorePair(Shop.ORDERS, legacy, shop.stores.modern());

        assertThat(new Refresh(raced, Exclusion.NONE).refresh(Side.LEGACY, List.of(key(1), key(2))))
                .isEqualTo(new Refreshed.ChangedAgain(List.of(key(1))));
        assertThat(same(shop, 2)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aStoreThatIsGoneIsUnavailable(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(1);
        shop.modern("drop table purchase");

        assertThat(refresh(shop).refresh(Side.LEGACY, List.of(key(1))))
                .isInstanceOfSatisfying(
                        Refreshed.Unavailable.class,
                        gone -> assertThat(gone.reason())
                                .contains("slice orders, modern")
                                .contains("purchase"));
    }

    @ParameterizedTest
    @EnumSource
    void keysNoEntityCanHaveAreEqual(Server follower) throws Exception {
        Shop shop = shop(follower);
        shop.fillLegacy(8);

        assertThat(refresh(shop).refresh(Side.LEGACY, List.of(new EntityKey("007"), new EntityKey("x' or 1=1"))))
                .isEqualTo(new Refreshed.Done(1, List.of(key(7)), List.of()));
        assertThat(refresh(shop).differing(List.of(new EntityKey("nobody"), key(7), key(8))))
                .containsExactly(key(8));
    }

    private static boolean same(Shop shop, long id) throws Exception {
        return refresh(shop).differing(List.of(key(id))).isEmpty();
    }
}
