package dev.bailey.datasync.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LockstepTest {

    @Test
    void aLargeChunkHasMorePartsAndEachOfThemFewEntities() {
        assertThat(Lockstep.parts(100)).isEqualTo(64);
        assertThat(Lockstep.parts(127_999)).isEqualTo(64);
        assertThat(Lockstep.parts(128_000)).isEqualTo(128);
        assertThat(Lockstep.parts(300_000)).isEqualTo(256);
        assertThat(Lockstep.parts(2_000_000)).isEqualTo(256);
    }
}
