package dev.bailey.model.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.phase.PhaseRow.Compared;
import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseRow.Serving;
import dev.bailey.model.phase.PhaseRow.UndoBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PhaseTableTest {

    @ParameterizedTest
    @CsvSource({
        "LEGACY_ONLY,   LEGACY, LEGACY, NONE,     '',             '',            NOTHING,    LEGACY",
        "DUAL_WRITE,    LEGACY, LEGACY, FOLLOWER, '',             LEGACY_ONLY,   ROUTING,    LEGACY",
        "BACKFILL,      LEGACY, LEGACY, FOLLOWER, '',             LEGACY_ONLY,   ROUTING,    LEGACY",
        "RECONCILE,     LEGACY, LEGACY, FOLLOWER, STORES,         LEGACY_ONLY,   ROUTING,    LEGACY",
        "SHADOW_READ,   LEGACY, LEGACY, FOLLOWER, STORES ANSWERS, DUAL_WRITE,    ROUTING,    LEGACY",
        "READ_CUTOVER,  RAMP,   LEGACY, FOLLOWER, STORES ANSWERS, SHADOW_READ,   ROUTING,    LEGACY",
        "WRITE_CUTOVER, MODERN, RAMP,   FOLLOWER, STORES ANSWERS, READ_CUTOVER,  HANDOVER,   LEGACY",
        "LEGACY_OFF,    MODERN, MODERN, GAP,      '',             WRITE_CUTOVER, GAP_REPLAY, MODERN",
        "RETIRED,       MODERN, MODERN, NONE,     '',             '',            NOTHING,    MODERN",
    })
    void theTableIsTheProtocols(
            Phase phase,
            Serving reads,
            Serving writes,
            Replication replication,
            String compared,
            String undo,
            UndoBy undoBy,
            Side safe) {
        Set<Compared> kinds = compared.isEmpty()
                ? Set.of()
                : Set.copyOf(List.of(compared.split(" ")).stream()
                        .map(Compared::valueOf)
                        .toList());
        Optional<Phase> back = undo.isEmpty() ? Optional.empty() : Optional.of(Phase.valueOf(undo));
        assertThat(PhaseTable.row(phase))
                .isEqualTo(new PhaseRow(phase, reads, writes, replication, kinds, back, undoBy, safe));
    }

    /** All pairs of phases of all kinds: a step forward on the path, or its undo, and nothing else. */
    @ParameterizedTest
    @EnumSource(SliceKind.class)
    void onlyStepsForwardAndUndosAreLegal(SliceKind kind) {
        List<Phase> path = PhaseTable.path(kind);
        for (Phase from : Phase.values()) {
            for (Phase to : Phase.values()) {
                int at = path.indexOf(from);
                boolean forward = at >= 0 && at + 1 < path.size() && path.get(at + 1) == to;
                boolean back = PhaseTable.undo(kind, from).filter(to::equals).isPresent();
                assertThat(PhaseTable.isLegal(kind, from, to))
                        .as("%s to %s", from, to)
                        .isEqualTo(forward || back);
                if (back) {
                    assertThat(to.isBefore(from)).isTrue();
                    assertThat(path).contains(to);
                }
            }
        }
        assertThat(PhaseTable.next(kind, Phase.RETIRED)).isEmpty();
        assertThat(PhaseTable.undo(kind, Phase.RETIRED)).isEmpty();
    }

    @Test
    void pathsAreThoseOfTheProtocol() {
        assertThat(PhaseTable.path(SliceKind.STATEFUL)).containsExactly(Phase.values());
        assertThat(PhaseTable.path(SliceKind.STATELESS))
                .extracting(Phase::number)
                .containsExactly(1, 5, 6, 8, 9);
        assertThat(PhaseTable.path(SliceKind.SWITCH)).extracting(Phase::number).containsExactly(1, 2, 3, 4, 5, 7, 8, 9);
    }

    @ParameterizedTest
    @EnumSource(SliceKind.class)
    void everyStepForwardIsGuarded(SliceKind kind) {
        for (Phase phase :
                PhaseTable.path(kind).subList(1, PhaseTable.path(kind).size())) {
            List<GateName> gates = PhaseTable.entryGates(kind, phase);
            assertThat(gates).as("%s", phase).isNotEmpty().doesNotHaveDuplicates();
            if (kind == SliceKind.STATELESS) {
                assertThat(gates).doesNotContain(GateName.JOURNAL_LAG, GateName.DIVERGENCE, GateName.REHEARSED);
            }
        }
    }

    /** Flags over all phases and all 10,001 ramps: what the row says, and only combinations the table holds. */
    @Test
    void flagsComeFromPhaseAndRampAlone() {
        List<Flags> seen = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            PhaseRow row = PhaseTable.row(phase);
            for (int hundredths = 0; hundredths <= Ramp.BUCKETS; hundredths++) {
                Flags flags = Flags.of(phase, new Ramp(hundredths));
                boolean some = hundredths > 0;
                assertThat(flags.dualWrite()).isEqualTo(row.replication() == Replication.FOLLOWER);
                assertThat(flags.shadowRead()).isEqualTo(row.compared().contains(Compared.ANSWERS));
                assertThat(flags.readModern()).isEqualTo(serves(row.reads(), some));
                assertThat(flags.writeModern()).isEqualTo(serves(row.writes(), some));
                assertThat(flags.legacyWrites()).isEqualTo(phase.isBefore(Phase.LEGACY_OFF));
                assertThat(flags.writeModern() && !flags.readModern())
                        .as("writes move after reads")
                        .isFalse();
                if (!seen.contains(flags)) {
                    seen.add(flags);
                }
            }
        }
        assertThat(seen).hasSizeLessThan(10);
        assertThat(Flags.of(Phase.READ_CUTOVER, new Ramp(1))).isEqualTo(new Flags(true, true, true, false, true));
        assertThat(Flags.of(Phase.LEGACY_OFF, Ramp.NONE)).isEqualTo(new Flags(false, false, true, true, false));
    }

    private static boolean serves(Serving serving, boolean some) {
        return serving == Serving.MODERN || (serving == Serving.RAMP && some);
    }

    @Test
    void aRampIsAShareInHundredthsOfAPercent() {
        assertThat(new Ramp(1)).hasToString("0.01%");
        assertThat(new Ramp(1_250)).hasToString("12.5%");
        assertThat(Ramp.FULL).hasToString("100%");
        assertThatThrownBy(() -> new Ramp(10_001)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ramp(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
