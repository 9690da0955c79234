package dev.bailey.model.spec;

import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code limits} of a slice. */
final class LimitsReader {

    private LimitsReader() {}

    static LimitsSpec read(Fields in) {
        LimitsSpec usual = LimitsSpec.DEFAULTS;
        Optional<Fields> breaker = in.fields("breaker", Shape.BREAKER);
        Duration timeout = AmountFields.positive(in, "timeout", usual.timeout());
        return new LimitsSpec(
                timeout,
                breaker.map(of -> AmountFields.wholePercent(of, "failures", usual.breakerFailures()))
                        .orElse(usual.breakerFailures()),
                breaker.map(of -> of.count("of", 1, 100_000, usual.breakerOf())).orElse(usual.breakerOf()),
                breaker.map(of -> AmountFields.positive(of, "open", usual.breakerOpen()))
                        .orElse(usual.breakerOpen()),
                in.fields("rate", Shape.RATE).map(LimitsReader::rates).orElse(Map.of()),
                in.fields("concurrency", Shape.CONCURRENCY)
                        .map(LimitsReader::concurrency)
                        .orElse(Map.of()),
                in.fields("retry", Shape.RETRY).map(LimitsReader::retry).orElse(usual.retry()),
                fallbackAfter(in, timeout));
    }

    private static Map<Side, Integer> rates(Fields rate) {
        Map<Side, Integer> rates = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            if (rate.has(side.label())) {
                rates.put(side, rate.amount(side.label(), 1, Amounts.RATE + ", at least 1/s", text -> {
                    Integer perSecond = Amounts.rate(text);
                    return perSecond == null || perSecond < 1 ? null : perSecond;
                }));
            }
        }
        return rates;
    }

    private static Map<Side, Integer> concurrency(Fields in) {
        Map<Side, Integer> most = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            if (in.has(side.label())) {
                most.put(side, in.count(side.label(), 1, 1_000_000, 1));
            }
        }
        return most;
    }

    private static RetrySpec retry(Fields in) {
        RetrySpec usual = RetrySpec.DEFAULTS;
        return new RetrySpec(
                AmountFields.fraction(in, "budget", usual.budget()), in.count("attempts", 0, 5, usual.attempts()));
    }

    private static Duration fallbackAfter(Fields in, Duration timeout) {
        Duration usual = timeout.dividedBy(2);
        Duration after = AmountFields.positive(in, "fallbackAfter", usual);
        if (after.compareTo(timeout) >= 0) {
            in.error(
                    "fallbackAfter",
                    "fallbackAfter " + Amounts.text(after) + " leaves legacy no time within timeout "
                            + Amounts.text(timeout) + " (expected less)",
                    "make it less than timeout, or delete the line for half of it");
            return usual;
        }
        return after;
    }
}
