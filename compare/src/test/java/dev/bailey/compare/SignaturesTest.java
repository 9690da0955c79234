package dev.bailey.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.compare.Signature.Kind;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SignaturesTest {

    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final Signatures signatures = new Signatures(new SplittableRandom(1));

    @Test
    void countsEverySignatureOncePerPairAndKeepsAFewInstances() {
        for (int i = 0; i < 100; i++) {
            signatures.record(List.of(difference("/a"), difference("/a")), NOW.plusSeconds(i), "legacy", "{}", "{}");
        }
        signatures.record(List.of(difference("/b")), NOW, "legacy", "{}", "{}");
        assertThat(signatures.list()).extracting(Signatures.Seen::count).containsExactly(100L, 1L);
        assertThat(signatures.list().getFirst().instances()).hasSize(Signatures.MAX_INSTANCES);
        assertThat(signatures.list().getFirst().last()).isEqualTo(NOW.plusSeconds(99));
        Signature first = signatures.list().getFirst().signature();
        assertThat(signatures.find(first.id())).map(Signatures.Seen::signature).contains(first);
    }

    @Test
    void signaturesBeyondTheBoundAreCountedTogether() {
        for (int i = 0; i < Signatures.MAX_SIGNATURES + 7; i++) {
            signatures.record(List.of(difference("/m" + i)), NOW, "legacy", "{}", "{}");
        }
        assertThat(signatures.list()).hasSize(Signatures.MAX_SIGNATURES);
        assertThat(signatures.overflow()).isEqualTo(7);
    }

    private static Difference difference(String path) {
        return new Difference(Signature.of("GET /x", path, Kind.CHANGED, "number"), path, Kind.CHANGED, "1", "2");
    }
}
