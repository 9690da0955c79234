package dev.bailey.control.orchestrate;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.util.List;

/** Asks the two services. Blocks for at most a few seconds; throws when the question itself could not be put. */
public interface Health {

    Answer check(Side side);

    Contracts contracts(SliceName slice);

    /** @param detail such as {@code 200 in 3 ms} or {@code connection refused} */
    record Answer(boolean healthy, String detail) {}

    /** How the contracts of both sides stand to each other. */
    sealed interface Contracts {
        /** None is declared for at least one side. */
        record NoneDeclared() implements Contracts {}

        record Compatible() implements Contracts {}

        /** @param differences each in one line */
        record Incompatible(List<String> differences) implements Contracts {
            public Incompatible {
                differences = List.copyOf(differences);
            }
        }
    }
}
