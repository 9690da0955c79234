package dev.bailey.benchmarks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {

    /** How an input is cut, and how its next hop reads it, is drawn anew each time. */
    private static final int TIMES = 5;

    @TempDir
    Path kept;

    @Test
    void whatMustHoldOfEveryInputHoldsOfAllThatWasKept() {
        Properties properties = new Properties(new Random(1));
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        Set<String> behaviours = new HashSet<>();
        for (Input input : new Corpus(Path.of("fuzz/corpus"), kept).all()) {
            kinds.add(input.kind());
            for (int time = 0; time < TIMES; time++) {
                behaviours.add(input.kind() + properties.check(input));
            }
        }
        assertThat(kinds).containsExactlyInAnyOrder(Kind.values());
        assertThat(behaviours).hasSizeGreaterThan(200);
    }
}
