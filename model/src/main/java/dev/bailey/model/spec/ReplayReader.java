package dev.bailey.model.spec;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code replay}: the log of events a slice's entities are rebuilt from, and what is made of an event. */
final class ReplayReader {

    private ReplayReader() {}

    static ReplaySpec read(Fields replay, ExpressionCheck expressions) {
        if (!replay.has("state")) {
            replay.missing(
                    "state",
                    "say what an event makes of its entity, in JSONata over state, event, key, headers and time:"
                            + " state: '{ \"id\": $number(key), \"balance\": $sum([state.balance, event.amount]) }'");
        }
        Set<String> except = new HashSet<>(replay.texts("except"));
        for (String record : except) {
            if (!record.matches("[0-9]{1,6}:[0-9]{1,18}")) {
                replay.error(
                        "except",
                        "'" + Fields.shortened(record) + "' names no record (expected partition:offset)",
                        "write it in quotes, like \"0:17\"");
            }
        }
        Map<String, Boolean> truncated = new LinkedHashMap<>();
        truncated.put("refuse", false);
        truncated.put("accept", true);
        Optional<String> state = TranslateReader.expression(replay, "state", expressions);
        return new ReplaySpec(
                TopicReader.read(replay, false),
                state.orElse("state"),
                TranslateReader.expression(replay, "document", expressions),
                replay.amount("rate", 0, Amounts.RATE + ", at least 1/s", text -> {
                    Integer perSecond = Amounts.rate(text);
                    return perSecond == null || perSecond < 1 ? null : perSecond;
                }),
                except,
                replay.choice("truncated", truncated, false));
    }
}
