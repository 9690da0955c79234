package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.feed.run.ChangeFeeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** What a process pays for change feeds that it does not have. */
class FeedlessTest {

    @TempDir
    Path folder;

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aProcessWithoutFeedsLoadsNoneOfTheirLibraries() throws Exception {
        Path loaded = folder.resolve("loaded");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + loaded,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FeedlessTest.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("said"))).endsWith("opened\n");
        assertThat(Files.readString(loaded))
                .contains(ChangeFeeds.class.getName())
                .doesNotContain(" io.debezium.", " org.apache.kafka.", " com.fasterxml.jackson.databind.");
    }

    /** The process: opens a slice's stores and its feeds, of which there are none. */
    public static void main(String[] folder) throws Exception {
        Shop shop = Shop.sqlite(Path.of(folder[0]));
        try (FeedRig rig = FeedRig.start(shop)) {
            rig.awaitEverythingThrough();
        }
        shop.close();
        System.out.println("opened");
    }
}
