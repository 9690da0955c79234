package dev.bailey.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.compare.Signature.Kind;
import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SignaturesTest {

    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final Signatures signatures = new Signatures(new SplittableRandom(1));

    @Test
    void countsEverySignatureOncePerPairAndKeepsAFewInstances() {
        for (int i = 0; i < 100; i++) {
            signatures.record(pair(NOW.plusSeconds(i), "/a", "/a"));
        }
        signatures.record(pair(NOW, "/b"));
        assertThat(signatures.list()).extracting(Signatures.Seen::count).containsExactly(100L, 1L);
        assertThat(signatures.list().getFirst().pairs()).hasSize(Signatures.MAX_INSTANCES);
        assertThat(signatures.list().getFirst().last()).isEqualTo(NOW.plusSeconds(99));
        Signature first = signatures.list().getFirst().signature();
        assertThat(signatures.find(first.id())).map(Signatures.Seen::signature).contains(first);
    }

    @Test
    void signaturesBeyondTheBoundAreCountedTogether() {
        for (int i = 0; i < Signatures.MAX_SIGNATURES + 7; i++) {
            signatures.record(pair(NOW, "/m" + i));
        }
        assertThat(signatures.list()).hasSize(Signatures.MAX_SIGNATURES);
        assertThat(signatures.overflow()).isEqualTo(7);
    }

    private static Signatures.Pair pair(Instant at, String... paths) {
        Signatures.Shown shown = new Signatures.Shown(200, "application/json", "{}", Duration.ofMillis(1));
        List<Difference> differences =
                Stream.of(paths).map(SignaturesTest::difference).toList();
        return new Signatures.Pair(at, "GET", "/x", Side.LEGACY, shown, shown, differences);
    }

    private static Difference difference(String path) {
        return new Difference(Signature.of("GET /x", path, Kind.CHANGED, "number"), path, Kind.CHANGED, "1", "2");
    }
}
