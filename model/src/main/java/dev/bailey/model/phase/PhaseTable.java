package dev.bailey.model.phase;

import static dev.bailey.model.phase.Phase.*;
import static dev.bailey.model.phase.PhaseRow.Compared.ANSWERS;
import static dev.bailey.model.phase.PhaseRow.Compared.STORES;

import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseRow.Serving;
import dev.bailey.model.phase.PhaseRow.UndoBy;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The phase table: the one place that says what each phase means, which phase follows, which gates guard the entry and
 * how a step is taken back. Everything else (routing, flags, console, CLI, documents) is made from it.
 */
public final class PhaseTable {

    private static final List<PhaseRow> ROWS = List.of(
            row(LEGACY_ONLY, Serving.LEGACY, Serving.LEGACY, Replication.NONE, Set.of(), null, UndoBy.NOTHING),
            row(
                    DUAL_WRITE,
                    Serving.LEGACY,
                    Serving.LEGACY,
                    Replication.FOLLOWER,
                    Set.of(),
                    LEGACY_ONLY,
                    UndoBy.ROUTING),
            row(BACKFILL, Serving.LEGACY, Serving.LEGACY, Replication.FOLLOWER, Set.of(), LEGACY_ONLY, UndoBy.ROUTING),
            row(
                    RECONCILE,
                    Serving.LEGACY,
                    Serving.LEGACY,
                    Replication.FOLLOWER,
                    Set.of(STORES),
                    LEGACY_ONLY,
                    UndoBy.ROUTING),
            row(
                    SHADOW_READ,
                    Serving.LEGACY,
                    Serving.LEGACY,
                    Replication.FOLLOWER,
                    Set.of(STORES, ANSWERS),
                    DUAL_WRITE,
                    UndoBy.ROUTING),
            row(
                    READ_CUTOVER,
                    Serving.RAMP,
                    Serving.LEGACY,
                    Replication.FOLLOWER,
                    Set.of(STORES, ANSWERS),
                    SHADOW_READ,
                    UndoBy.ROUTING),
            row(
                    WRITE_CUTOVER,
                    Serving.MODERN,
                    Serving.RAMP,
                    Replication.FOLLOWER,
                    Set.of(STORES, ANSWERS),
                    READ_CUTOVER,
                    UndoBy.HANDOVER),
            row(
                    LEGACY_OFF,
                    Serving.MODERN,
                    Serving.MODERN,
                    Replication.GAP,
                    Set.of(),
                    WRITE_CUTOVER,
                    UndoBy.GAP_REPLAY),
            row(RETIRED, Serving.MODERN, Serving.MODERN, Replication.NONE, Set.of(), null, UndoBy.NOTHING));

    private static final Map<Phase, List<GateName>> ENTRY_GATES = entryGates();

    private static final List<Phase> STATEFUL_PATH = List.of(Phase.values());
    private static final List<Phase> STATELESS_PATH =
            List.of(LEGACY_ONLY, SHADOW_READ, READ_CUTOVER, LEGACY_OFF, RETIRED);
    private static final List<Phase> SWITCH_PATH =
            STATEFUL_PATH.stream().filter(phase -> phase != READ_CUTOVER).toList();

    /** Gates about stored state, which a slice without state cannot have. */
    private static final Set<GateName> ABOUT_STATE = EnumSet.of(
            GateName.WRITES_IDEMPOTENT,
            GateName.JOURNAL_LAG,
            GateName.NOTHING_PARKED,
            GateName.BACKFILL_COMPLETE,
            GateName.RECONCILED,
            GateName.DIVERGENCE,
            GateName.BACKLOG_EMPTY,
            GateName.REHEARSED,
            GateName.WRITES_MODERN,
            GateName.REVERSE_REPLICATION);

    private PhaseTable() {}

    public static List<PhaseRow> rows() {
        return ROWS;
    }

    public static PhaseRow row(Phase phase) {
        return ROWS.get(phase.number() - 1);
    }

    /** The phases a slice walks, in order: all nine, 1, 5, 6, 8, 9 for a slice without state, all but 6 for a switch. */
    public static List<Phase> path(SliceKind kind) {
        return switch (kind) {
            case STATEFUL -> STATEFUL_PATH;
            case STATELESS -> STATELESS_PATH;
            case SWITCH -> SWITCH_PATH;
        };
    }

    public static Optional<Phase> next(SliceKind kind, Phase phase) {
        List<Phase> path = path(kind);
        int at = path.indexOf(phase);
        return at < 0 || at + 1 >= path.size() ? Optional.empty() : Optional.of(path.get(at + 1));
    }

    /** The phase one undo leads to, kept on the slice's own path; empty where the table has none. */
    public static Optional<Phase> undo(SliceKind kind, Phase phase) {
        return row(phase).undo().map(target -> {
            Phase onPath = target;
            while (!path(kind).contains(onPath)) {
                onPath = ROWS.get(onPath.number() - 2).phase();
            }
            return onPath;
        });
    }

    /** True where a slice may go from one phase to the other in one transition (a step forward, or an undo). */
    public static boolean isLegal(SliceKind kind, Phase from, Phase to) {
        return next(kind, from).filter(to::equals).isPresent()
                || undo(kind, from).filter(to::equals).isPresent();
    }

    /** Whether a slice in this phase has a ramp of its own. */
    public static boolean hasRamp(Phase phase) {
        return row(phase).reads() == Serving.RAMP || row(phase).writes() == Serving.RAMP;
    }

    /** The gates that must pass before a slice enters the phase; they keep being evaluated while it stands there. */
    public static List<GateName> entryGates(SliceKind kind, Phase phase) {
        Set<GateName> gates = new LinkedHashSet<>(ENTRY_GATES.getOrDefault(phase, List.of()));
        switch (kind) {
            case STATEFUL -> {}
            case STATELESS -> {
                if (phase == SHADOW_READ) {
                    gates.addAll(ENTRY_GATES.getOrDefault(DUAL_WRITE, List.of()));
                }
                if (phase == LEGACY_OFF) {
                    gates.add(GateName.READS_MODERN);
                }
                gates.removeAll(ABOUT_STATE);
            }
            case SWITCH -> {
                if (phase == WRITE_CUTOVER) {
                    gates.addAll(ENTRY_GATES.getOrDefault(READ_CUTOVER, List.of()));
                    gates.remove(GateName.READS_MODERN);
                }
            }
        }
        return List.copyOf(gates);
    }

    private static PhaseRow row(
            Phase phase,
            Serving reads,
            Serving writes,
            Replication replication,
            Set<PhaseRow.Compared> compared,
            @Nullable Phase undo,
            UndoBy undoBy) {
        Side safe = phase.isAtLeast(LEGACY_OFF) ? Side.MODERN : Side.LEGACY;
        return new PhaseRow(phase, reads, writes, replication, compared, Optional.ofNullable(undo), undoBy, safe);
    }

    private static Map<Phase, List<GateName>> entryGates() {
        Map<Phase, List<GateName>> gates = new EnumMap<>(Phase.class);
        gates.put(
                DUAL_WRITE,
                List.of(GateName.MODERN_HEALTHY, GateName.WRITES_IDEMPOTENT, GateName.CONTRACTS_COMPATIBLE));
        gates.put(BACKFILL, List.of(GateName.JOURNAL_LAG, GateName.NOTHING_PARKED));
        gates.put(RECONCILE, List.of(GateName.BACKFILL_COMPLETE));
        gates.put(SHADOW_READ, List.of(GateName.RECONCILED));
        gates.put(
                READ_CUTOVER,
                List.of(
                        GateName.DIFFERENCES,
                        GateName.COVERAGE,
                        GateName.LATENCY,
                        GateName.ERRORS,
                        GateName.DIVERGENCE,
                        GateName.JOURNAL_LAG));
        gates.put(
                WRITE_CUTOVER,
                List.of(
                        GateName.READS_MODERN,
                        GateName.DIFFERENCES,
                        GateName.LATENCY,
                        GateName.ERRORS,
                        GateName.DIVERGENCE,
                        GateName.BACKLOG_EMPTY,
                        GateName.REHEARSED));
        gates.put(
                LEGACY_OFF,
                List.of(
                        GateName.WRITES_MODERN,
                        GateName.REVERSE_REPLICATION,
                        GateName.LEGACY_QUIET,
                        GateName.REHEARSED,
                        GateName.APPROVED));
        gates.put(
                RETIRED,
                List.of(
                        GateName.BAKED,
                        GateName.LEGACY_QUIET,
                        GateName.FLAGS_OWNED,
                        GateName.BURNDOWN,
                        GateName.APPROVED));
        return gates;
    }
}
