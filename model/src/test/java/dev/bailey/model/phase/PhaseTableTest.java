package dev.bailey.model.phase;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PhaseTableTest {

    @ParameterizedTest
    @EnumSource(SliceKind.class)
    void everyUndoStaysOnThePathOfItsSlice(SliceKind kind) {
        for (Phase phase : PhaseTable.path(kind)) {
            PhaseTable.undo(kind, phase)
                    .ifPresent(back -> assertThat(PhaseTable.path(kind)).contains(back));
        }
    }

    @Test
    void flagsComeFromPhaseAndRampAlone() {
        assertThat(Flags.of(Phase.READ_CUTOVER, new Ramp(1))).isEqualTo(new Flags(true, true, true, false, true));
        assertThat(Flags.of(Phase.LEGACY_OFF, Ramp.NONE)).isEqualTo(new Flags(false, false, true, true, false));
    }
}
