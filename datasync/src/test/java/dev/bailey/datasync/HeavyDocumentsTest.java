package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.TooMuchException;
import dev.bailey.model.route.EntityKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents of a mebibyte each: pages, portions and batches are bounded by bytes, not by their number alone. */
class HeavyDocumentsTest {

    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path folder;

    private static Shop heavy(Server modern, Path folder, int rows) throws Exception {
        Shop shop = Shop.to(modern, folder);
        shop.fillLegacy(rows);
        shop.legacy("update orders set note = hex(randomblob(" + MEBIBYTE / 2 + "))");
        return shop;
    }

    private static List<EntityKey> keys(int rows) {
        return LongStream.rangeClosed(1, rows).mapToObj(Shop::key).toList();
    }

    /** Page by page. */
    private static List<EntityKey> walked(EntityStore store) throws StoreException {
        List<EntityKey> keys = new ArrayList<>();
        List<Document> page;
        for (KeyRange rest = KeyRange.ALL; ; rest = rest.behind(page.getLast().key())) {
            page = store.scan(rest, EntityStore.PAGE);
            assertThat(EntityStore.bytes(page)).isLessThan(EntityStore.PAGE_BYTES + 2L * MEBIBYTE);
            page.forEach(document -> keys.add(document.key()));
            if (EntityStore.isLast(page, EntityStore.PAGE)) {
                return keys;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SQLITE", "POSTGRESQL"})
    void pagesEndWhereTheyAreLargeAndNothingIsLeftOut(Server modern) throws Exception {
        int rows = 20;
        try (Shop shop = heavy(modern, folder, rows);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            assertThat(Plane.ended(plane, plane.startBackfill(Shop.ORDERS)).state())
                    .isEqualTo(JobState.DONE);
            for (EntityStore store : List.of(shop.stores.legacy(), shop.stores.modern())) {
                assertThat(walked(store)).isEqualTo(keys(rows));
                assertThatThrownBy(() -> store.read(keys(rows))).isInstanceOf(TooMuchException.class);
                assertThat(store.read(keys(1))).containsOnlyKeys(Shop.key(1));
            }
            assertThat(plane.compare(Shop.ORDERS, keys(rows))).isEqualTo(new Compared.Differing(List.of()));
            shop.modern("update purchase set remark = 'other' where version = 1");
            assertThat(plane.compare(Shop.ORDERS, keys(rows)))
                    .isInstanceOfSatisfying(
                            Compared.Differing.class,
                            found -> assertThat(found.keys()).hasSameElementsAs(keys(rows)));
        }
    }

    @Test
    void nestedArraysCountAsWell() throws Exception {
        int rows = 12;
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(rows);
            shop.legacy("update line set sku = sku || hex(randomblob(" + MEBIBYTE / 4 + "))");
            assertThat(walked(shop.stores.legacy())).isEqualTo(keys(rows));
            assertThatThrownBy(() -> shop.stores.legacy().read(keys(rows))).isInstanceOf(TooMuchException.class);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void anAbundanceOfThemIsCopiedAndRepairedInAFractionOfItsSize() throws Exception {
        copiedAndRepaired(Server.POSTGRESQL, 60, 48);
    }

    @ParameterizedTest
    @EnumSource(names = {"SQLITE", "POSTGRESQL"})
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void sevenHundredOfThemAreCopiedAndRepairedIn256MiB(Server modern) throws Exception {
        copiedAndRepaired(modern, 700, 256);
    }

    private void copiedAndRepaired(Server modern, int rows, int heapMiB) throws Exception {
        try (Shop shop = heavy(modern, folder, rows)) {
            Path said = folder.resolve("said");
            Process child = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx" + heapMiB + "m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            HeavyChild.class.getName(),
                            shop.legacyUrl,
                            shop.modernUrl)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            try {
                assertThat(child.waitFor(3, TimeUnit.MINUTES)).as("it ends").isTrue();
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertThat(Files.readString(said))
                    .contains("ended, ")
                    .contains("RECONCILE DONE")
                    .contains(": " + rows / 10 + " divergences in " + rows + " rows, " + rows / 10 + " repaired");
            assertThat(Shop.number(shop.modernUrl, "select count(*) from purchase where length(remark) = " + MEBIBYTE))
                    .isEqualTo(rows);
        }
    }
}
