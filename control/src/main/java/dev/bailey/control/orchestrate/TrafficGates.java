package dev.bailey.control.orchestrate;

import static dev.bailey.control.orchestrate.Question.words;

import dev.bailey.control.orchestrate.Confidence.Between;
import dev.bailey.control.orchestrate.Question.Answer;
import dev.bailey.control.orchestrate.Question.Span;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.GatesSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gates on measured traffic. The worst sustained window counts, never an average; a limit is passed or failed only with
 * confidence: 95 % over all windows that are looked at together.
 */
final class TrafficGates {

    private static final double ALPHA = 0.05;
    private static final double LOST_TOO_MUCH = 0.5;
    private static final MathContext DIGITS = new MathContext(4);

    private final Measurements measurements;

    TrafficGates(Measurements measurements) {
        this.measurements = measurements;
    }

    GateReading differences(Question question) {
        GatesSpec limits = question.limits();
        double limit = limits.differences();
        List<Window> windows = windows(question);
        long compared = total(question).compared();
        Answer answer = question.ask(
                        GateName.DIFFERENCES,
                        "share of disallowed differences, worst window of " + words(limits.window()),
                        "<= " + percent(limit))
                .samples(compared);
        if (compared == 0) {
            return answer.noData("no answer was compared since " + question.from() + " (expected at least "
                    + limits.minSamples() + "); send traffic, or mirror a larger share");
        }
        double worst = 0;
        boolean failed = false;
        for (Window window : windows) {
            if (window.compared() == 0) {
                continue;
            }
            double rate = (double) window.differences() / window.compared();
            boolean sure = window.compared() >= limits.minSamples()
                    || Confidence.share(window.differences(), window.compared(), ALPHA)
                                    .low()
                            > limit;
            failed |= rate > limit && sure;
            worst = Math.max(worst, rate);
        }
        String value = percent(worst) + " of answers differ in the worst window (expected <= " + percent(limit) + ")";
        if (failed) {
            return answer.fail(
                    worst, value + "; look at the signatures, mend or accept them, then forget the old differences");
        }
        if (worst > limit) {
            return answer.undecided(worst, value + ", but too few were compared to be sure; wait");
        }
        double seen = worst;
        return tooEarly(question, answer, worst, compared).orElseGet(() -> answer.pass(seen, value));
    }

    GateReading coverage(Question question) {
        long needed = question.limits().minSamples();
        Window total = total(question);
        Answer answer = question.ask(GateName.COVERAGE, "answers compared in the burn-in", ">= " + needed)
                .samples(total.compared());
        long tried = total.compared() + total.lost();
        double lost = tried == 0 ? 0 : (double) total.lost() / tried;
        String value =
                total.compared() + " answers compared, " + percent(lost) + " of comparisons lost (expected at least "
                        + needed + " compared, at most " + percent(LOST_TOO_MUCH) + " lost)";
        if (total.compared() < needed) {
            return tried == 0
                    ? answer.noData(value + "; send traffic, or mirror a larger share")
                    : answer.undecided(total.compared(), value + "; wait, or mirror a larger share");
        }
        return lost > LOST_TOO_MUCH
                ? answer.undecided(total.compared(), value + "; see why comparisons are lost (limits, timeouts)")
                : answer.pass(total.compared(), value);
    }

    GateReading errors(Question question) {
        GatesSpec limits = question.limits();
        double limit = limits.errorsAdd();
        Window total = total(question);
        Answer answer = question.ask(
                        GateName.ERRORS,
                        "error share of modern minus legacy's, worst window of " + words(limits.window()),
                        "<= " + percent(limit))
                .samples(total.asked(Side.MODERN));
        if (total.asked(Side.MODERN) == 0) {
            return answer.noData(
                    "modern was asked nothing since " + question.from() + "; send traffic, or mirror a larger share");
        }
        List<Window> windows = windows(question);
        double alpha = ALPHA / Math.max(1, windows.size());
        double worst = Double.NEGATIVE_INFINITY;
        boolean failed = false;
        for (Window window : windows) {
            if (window.asked(Side.MODERN) > 0) {
                Between more = moreErrors(window, alpha);
                failed |= more.low() > limit;
                worst = Math.max(worst, error(window, Side.MODERN) - error(window, Side.LEGACY));
            }
        }
        String value = "modern fails " + percent(worst) + " more often than legacy in the worst window (expected <= "
                + percent(limit) + ")";
        if (failed) {
            return answer.fail(worst, value + "; look at modern's errors");
        }
        if (moreErrors(total, ALPHA).high() > limit) {
            return answer.undecided(
                    worst,
                    value + ", but " + total.asked(Side.MODERN) + " requests to modern and " + total.asked(Side.LEGACY)
                            + " to legacy are too few to be sure; wait");
        }
        double seen = worst;
        return tooEarly(question, answer, worst, total.asked(Side.MODERN)).orElseGet(() -> answer.pass(seen, value));
    }

    private static Between moreErrors(Window window, double alpha) {
        return Confidence.difference(
                window.errors(Side.MODERN),
                window.asked(Side.MODERN),
                window.errors(Side.LEGACY),
                window.asked(Side.LEGACY),
                alpha);
    }

    GateReading latency(Question question) {
        GatesSpec limits = question.limits();
        Window total = total(question);
        Latencies.Total modern = total.latency(Side.MODERN);
        Answer answer = question.ask(
                        GateName.LATENCY,
                        "p99 of modern's reads against legacy's, worst window of " + words(limits.window()),
                        "<= " + times(limits.latencyP99()) + ", or <= " + words(limits.latencyFloor()))
                .samples(modern.count());
        if (modern.count() == 0) {
            return answer.noData("no read of modern was timed since " + question.from()
                    + "; send traffic, or mirror a larger share");
        }
        // Where a short window has too few reads of legacy to bound its p99, the longer past stands in for them.
        Past past = new Past(measurements.of(question.slice().name()), question);
        List<Window> windows = windows(question);
        double alpha = ALPHA / Math.max(1, windows.size());
        double worst = 0;
        double worstMicros = 0;
        boolean failed = false;
        for (Window window : windows) {
            if (window.latency(Side.MODERN).count() == 0) {
                continue;
            }
            Slower slower = slower(window, past, alpha);
            failed |= slower.ratio.low() > limits.latencyP99() && slower.modern.low() > micros(limits.latencyFloor());
            if (slower.point > worst) {
                worst = slower.point;
                worstMicros = window.latency(Side.MODERN).quantile(0.99);
            }
        }
        Slower whole = slower(total, past, ALPHA);
        String value = "modern's p99 is " + times(worst) + " legacy's in the worst window, " + milliseconds(worstMicros)
                + " (expected <= " + times(limits.latencyP99()) + ", or <= " + words(limits.latencyFloor()) + ")";
        if (failed) {
            return answer.fail(worst, value + "; find out why modern is slow");
        }
        boolean fast = whole.modern.high() <= micros(limits.latencyFloor());
        if (!fast && whole.ratio.high() > limits.latencyP99()) {
            return answer.undecided(
                    worst,
                    value + ", but with " + modern.count() + " reads of modern and "
                            + total.latency(Side.LEGACY).count()
                            + " of legacy it may be between " + times(whole.ratio.low()) + " and "
                            + times(whole.ratio.high()) + "; wait for more");
        }
        double seen = worst;
        return tooEarly(question, answer, worst, modern.count()).orElseGet(() -> answer.pass(seen, value));
    }

    private static Slower slower(Window window, Past past, double alpha) {
        // Half of the risk for each of the two quantiles.
        Between modern = Confidence.quantile(window.latency(Side.MODERN), 0.99, alpha / 2);
        Between near = Confidence.quantile(window.latency(Side.LEGACY), 0.99, alpha / 2);
        boolean enough = Double.isFinite(near.high());
        Latencies.Total reference = enough ? window.latency(Side.LEGACY) : past.ofLegacy();
        Between legacy = enough ? near : Confidence.quantile(reference, 0.99, alpha / 2);
        double point =
                reference.count() == 0 ? 1 : window.latency(Side.MODERN).quantile(0.99) / reference.quantile(0.99);
        Between ratio = new Between(
                modern.low() / legacy.high(),
                legacy.low() == 0 ? Double.POSITIVE_INFINITY : modern.high() / legacy.low());
        return new Slower(modern, ratio, point);
    }

    /** Legacy's reads of the burn-in, added up only when they are needed: it may be hours of seconds. */
    private static final class Past {
        private final SliceMeasurements measured;
        private final Question question;
        private Latencies.@Nullable Total legacy;

        Past(SliceMeasurements measured, Question question) {
            this.measured = measured;
            this.question = question;
        }

        Latencies.Total ofLegacy() {
            Latencies.Total known = legacy;
            if (known == null) {
                known = measured.total(question.now().minus(question.limits().burnIn()), question.now())
                        .latency(Side.LEGACY);
                legacy = known;
            }
            return known;
        }
    }

    private record Slower(Between modern, Between ratio, double point) {}

    GateReading legacyQuiet(Question question) {
        Duration burnIn = question.limits().burnIn();
        Instant since = latest(question.now().minus(burnIn), question.standing().stepSince());
        Window total = measurements.of(question.slice().name()).total(since, question.now());
        Answer answer = question.ask(
                        GateName.LEGACY_QUIET, "requests of clients that legacy served, replication not counted", "0")
                .since(since)
                .samples(total.served(Side.LEGACY) + total.served(Side.MODERN));
        if (!total.measured()) {
            return answer.noData("no traffic was measured since " + since + "; wait a moment");
        }
        long requests = total.served(Side.LEGACY);
        return requests == 0
                ? answer.pass(0, "legacy served no request since " + since + " (expected 0)")
                : answer.fail(
                        requests,
                        "legacy served " + requests + " requests since " + since
                                + " (expected 0); find out who still goes there, or why reads fall back");
    }

    /** Not measured for the whole burn-in, or by too few samples. */
    private Optional<GateReading> tooEarly(Question question, Answer answer, double value, long samples) {
        if (question.span() != Span.ENTRY) {
            return Optional.empty();
        }
        if (samples < question.limits().minSamples()) {
            return Optional.of(answer.undecided(
                    value,
                    samples + " samples (expected at least " + question.limits().minSamples() + "); wait"));
        }
        Instant first = measurements
                .of(question.slice().name())
                .firstSince(question.from(), question.now())
                .orElse(question.now());
        Duration measured = Duration.between(first, question.now());
        Duration burnIn = question.limits().burnIn();
        // The first slot begins up to two intervals, or among older ones a minute, after the moment evidence counts
        // from.
        Duration slack = Duration.ofSeconds(burnIn.compareTo(Duration.ofMinutes(55)) < 0 ? 2 : 62);
        return measured.plus(slack).compareTo(burnIn) >= 0
                        && !question.evidence().isAfter(question.now().minus(burnIn))
                ? Optional.empty()
                : Optional.of(answer.undecided(
                        value,
                        "within its limit, measured for " + words(measured) + " (expected a burn-in of " + words(burnIn)
                                + "); wait"));
    }

    private List<Window> windows(Question question) {
        return measurements
                .of(question.slice().name())
                .windows(question.from(), question.now(), question.limits().window());
    }

    private Window total(Question question) {
        return measurements.of(question.slice().name()).total(question.from(), question.now());
    }

    private static double error(Window window, Side side) {
        return window.asked(side) == 0 ? 0 : (double) window.errors(side) / window.asked(side);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static double micros(Duration duration) {
        return duration.toNanos() / 1e3;
    }

    private static String percent(double share) {
        if (!Double.isFinite(share)) {
            return share + "%";
        }
        return BigDecimal.valueOf(share * 100)
                        .round(DIGITS)
                        .stripTrailingZeros()
                        .toPlainString() + "%";
    }

    /** Written by every look at every slice. */
    private static String fixed(double value, int digits) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value)
                        .setScale(digits, RoundingMode.HALF_UP)
                        .toPlainString()
                : String.valueOf(value);
    }

    private static String times(double ratio) {
        return Double.isInfinite(ratio) ? "any" : fixed(ratio, 2) + "x";
    }

    private static String milliseconds(double micros) {
        return fixed(micros / 1e3, 1) + " ms";
    }
}
