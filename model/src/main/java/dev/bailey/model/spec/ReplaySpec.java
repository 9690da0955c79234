package dev.bailey.model.spec;

import dev.bailey.model.spec.FeedSpec.Topic;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A log of events that a slice's entities are rebuilt from.
 *
 * @param log the topic; its {@code key} tells which entity a record is about
 * @param state JSONata over {@code {state, event, key, headers, time}}: the entity's next state, or null where it is gone
 * @param document JSONata over a state: the canonical document, or null where there is none; empty where the state is it
 * @param ratePerSecond events a second, at most; 0 for no bound
 * @param except records that tell nothing, each as {@code partition:offset}
 * @param truncated whether a log that lost its beginning is taken for whole
 */
public record ReplaySpec(
        Topic log, String state, Optional<String> document, int ratePerSecond, Set<String> except, boolean truncated) {

    public ReplaySpec {
        except = Set.copyOf(except);
    }

    /** All that decides what is made of the log: a state that was folded otherwise says nothing of this one. */
    public String shape() {
        return String.join(
                "\n",
                log.topic(),
                log.key().orElse(""),
                state,
                document.orElse(""),
                new TreeSet<>(except).toString(),
                Boolean.toString(truncated));
    }
}
