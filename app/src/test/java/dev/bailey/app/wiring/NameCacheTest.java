package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.run.RunCommand;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameCacheTest {

    private static final String KNOWN = "networkaddress.cache.ttl";
    private static final String UNKNOWN = "networkaddress.cache.negative.ttl";

    @ParameterizedTest
    @CsvSource({"30,5", "10,5", "6,5", "5,5", "1,1", "0,0", "-1,5", "soon,5"})
    void namesAreKeptForFiveSecondsAtMost(String before, String after) {
        Security.setProperty(KNOWN, before);
        Security.setProperty(UNKNOWN, before);
        NameCache.shorten();
        assertThat(Security.getProperty(KNOWN)).isEqualTo(after);
        assertThat(Security.getProperty(UNKNOWN)).isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(strings = {KNOWN, UNKNOWN})
    void aProcessThatRunsHasSetIt(String property, @TempDir Path folder) throws InterruptedException {
        Security.setProperty(property, "30");
        String missing = folder.resolve("missing.yaml").toString();
        assertThat(RunCommand.plain(List.of(missing)).orElseThrow().call()).isEqualTo(1);
        assertThat(Security.getProperty(property)).isEqualTo("5");
    }
}
