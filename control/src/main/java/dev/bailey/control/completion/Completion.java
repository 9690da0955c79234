package dev.bailey.control.completion;

import dev.bailey.control.completion.Burndown.Escalation;
import dev.bailey.control.flag.Flag;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How far the crossing is from its end. Thread-safe. */
public final class Completion {

    private static final int DUE_DAYS = 30;

    private final SliceRecords records;
    private final Path base;

    /** @param base folder that {@code legacy.code} is relative to */
    public Completion(SliceRecords records, Path base) {
        this.records = records;
        this.base = base;
    }

    /** @param legacyPerDay measured requests of clients at legacy by slice */
    public Burndown burndown(MigrationSpec spec, List<Flag> flags, Map<String, Double> legacyPerDay, Instant now) {
        int slices = spec.slices().size();
        int left = (int) spec.slices().stream()
                .filter(slice -> records.standing(slice.name()).state().phase() != Phase.RETIRED)
                .count();
        int live = (int) flags.stream().filter(Flag::live).count();
        OptionalLong lines = legacyLines(spec);
        OptionalDouble perDay = legacyPerDay.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(legacyPerDay.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum());
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        long days = ChronoUnit.DAYS.between(today, spec.finishBy());
        Escalation escalation = left == 0 ? Escalation.NONE : escalation(days);
        return new Burndown(
                slices,
                left,
                live,
                lines,
                legacyPerDay,
                perDay,
                spec.finishBy(),
                days,
                escalation,
                message(spec, left, days, escalation));
    }

    /** Lines of legacy code that are left; empty when no folder is declared or none exists. */
    public OptionalLong legacyLines(MigrationSpec spec) {
        return LegacyCode.lines(base, spec.service(Side.LEGACY).code());
    }

    /** Whether every other slice is retired. */
    public boolean isLast(MigrationSpec spec, SliceName slice) {
        return spec.slices().stream()
                .allMatch(other -> other.name().equals(slice)
                        || records.standing(other.name()).state().phase() == Phase.RETIRED);
    }

    private static Escalation escalation(long days) {
        if (days > DUE_DAYS) {
            return Escalation.NONE;
        }
        if (days >= 0) {
            return Escalation.DUE;
        }
        return days >= -DUE_DAYS ? Escalation.OVERDUE : Escalation.ESCALATED;
    }

    private static String message(MigrationSpec spec, int left, long days, Escalation escalation) {
        String slices = left + " of " + spec.slices().size() + " slices left";
        return switch (escalation) {
            case NONE -> left == 0 ? "every slice is retired" : slices + ", " + days + " days to " + spec.finishBy();
            case DUE -> slices + ", only " + days + " days to " + spec.finishBy();
            case OVERDUE ->
                slices + ", " + -days + " days past " + spec.finishBy() + ": " + spec.owner()
                        + " must finish or set a new day with a reason";
            case ESCALATED ->
                slices + ", " + -days + " days past " + spec.finishBy() + ": take it to whoever " + spec.owner()
                        + " reports to; both services are being paid for";
        };
    }
}
