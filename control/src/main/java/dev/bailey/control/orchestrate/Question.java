package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Issue;
import dev.bailey.control.state.Standing;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a gate is asked: of which slice, where it stands, at what moment and over which span.
 *
 * @param issue the command it is asked for; empty when nobody wants to move
 */
record Question(
        MigrationSpec migration, SliceSpec slice, Standing standing, Instant now, Span span, Optional<Issue> issue) {

    /** How much of the measurements counts. */
    enum Span {
        /** To enter a phase: the burn-in, which must have been measured whole. */
        ENTRY,
        /** To go further along a ramp: the burn-in as far as it has been measured. */
        RAMP,
        /** For the watch: the last window, and nothing from before the present step. */
        NOW
    }

    GatesSpec limits() {
        return slice.gates();
    }

    /** Where the measurements that count begin. */
    Instant from() {
        return switch (span) {
            case ENTRY, RAMP -> latest(now.minus(limits().burnIn()), standing.evidenceFrom());
            case NOW -> latest(now.minus(limits().window()), latest(standing.evidenceFrom(), standing.stepSince()));
        };
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    Answer ask(GateName gate, String query, String threshold) {
        return new Answer(gate, query, threshold, 0, from(), now);
    }

    /** A reading in the making. */
    record Answer(GateName gate, String query, String threshold, long samples, Instant from, Instant to) {

        Answer samples(long count) {
            return new Answer(gate, query, threshold, count, from, to);
        }

        Answer since(Instant begin) {
            return new Answer(gate, query, threshold, samples, begin, to);
        }

        GateReading pass(double value, String message) {
            return reading(Verdict.PASS, OptionalDouble.of(value), message);
        }

        GateReading fail(double value, String message) {
            return reading(Verdict.FAIL, OptionalDouble.of(value), message);
        }

        GateReading pass(long value, String message) {
            return pass((double) value, message);
        }

        GateReading fail(long value, String message) {
            return fail((double) value, message);
        }

        GateReading undecided(long value, String message) {
            return undecided((double) value, message);
        }

        /** There is a value, but it does not decide. */
        GateReading undecided(double value, String message) {
            return reading(Verdict.INCONCLUSIVE, OptionalDouble.of(value), message);
        }

        GateReading noData(String message) {
            return reading(Verdict.INCONCLUSIVE, OptionalDouble.empty(), message);
        }

        GateReading error(String message) {
            return reading(Verdict.ERROR, OptionalDouble.empty(), message);
        }

        private GateReading reading(Verdict verdict, OptionalDouble value, String message) {
            return new GateReading(gate, verdict, query, value, threshold, samples, from, to, message);
        }
    }

    /** A duration as a person says it: {@code 250 ms}, {@code 30 s}, {@code 12 min}, {@code 24 h}, {@code 7 d}. */
    static String words(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + " ms";
        }
        if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.compareTo(Duration.ofHours(2)) < 0) {
            return duration.toMinutes() + " min";
        }
        return duration.compareTo(Duration.ofDays(2)) < 0 ? duration.toHours() + " h" : duration.toDays() + " d";
    }
}
