package dev.bailey.simulation;

import java.util.Optional;

/**
 * How a mistake was found.
 *
 * @param found empty when no seed within the bound shows it
 */
record Catch(Mistake mistake, Optional<Finding> found) {

    /** How many seeds are looked at, from the first one, when the one that is kept shows nothing. */
    static final int SEEDS = 4_000;

    static Catch of(Mistake mistake) throws ReflectiveOperationException {
        MistakenClasses mistaken = new MistakenClasses(mistake);
        Optional<Finding> kept = mistaken.firstFailure(mistake.nodes(), mistake.seed(), 1);
        if (mistake.made().get() == 0) {
            throw new IllegalStateException("the mistake \"" + mistake + "\" has no place in " + mistake.type()
                    + " any more: say in its declaration where it is made now");
        }
        return new Catch(mistake, kept.isPresent() ? kept : mistaken.firstFailure(mistake.nodes(), 1, SEEDS));
    }

    /** Which seed to keep, where the one that is kept shows nothing any more. */
    Optional<String> advice() {
        return found.filter(finding -> finding.seed() != mistake.seed())
                .map(finding -> "seed " + mistake.seed() + " shows \"" + mistake + "\" no longer, seed "
                        + finding.seed() + " does: keep it in the mistake's declaration, shownBy(" + finding.seed()
                        + ")");
    }
}
