package dev.bailey.model.route;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one request goes and why.
 *
 * @param spec the slice; null when no route matched (then everything goes to legacy untouched)
 * @param route the route that matched; null when none did
 * @param entity the entity key, null when the route has none or it is missing
 * @param bucket sticky bucket 0 to 9,999, or -1 without a key
 * @param cohort the named cohort that decided, null when none did
 * @param phase the slice's phase; {@code LEGACY_ONLY} when no route matched
 * @param epoch the routing record's number
 * @param side the side that serves: of a read its server, of a write its authority
 * @param write whether the request writes
 * @param journalled whether the write goes through the journal
 * @param follower the side a journalled write is carried to; null when it is kept as a gap or not carried
 * @param compareAnswers whether the phase compares answers (sampling decides later)
 * @param rule the rule that decided
 * @param rejected true where the slice says {@code missing: reject} and the key is missing: answer 400
 */
public record RouteDecision(
        @Nullable SliceSpec spec,
        @Nullable RouteSpec route,
        @Nullable EntityKey entity,
        int bucket,
        @Nullable String cohort,
        Phase phase,
        Epoch epoch,
        Side side,
        boolean write,
        boolean journalled,
        @Nullable Side follower,
        boolean compareAnswers,
        Rule rule,
        boolean rejected) {

    public Optional<SliceName> slice() {
        return Optional.ofNullable(spec).map(SliceSpec::name);
    }

    /** The same decision served by another side, for the reason given. */
    public RouteDecision servedBy(Side other, Rule because) {
        return new RouteDecision(
                spec,
                route,
                entity,
                bucket,
                cohort,
                phase,
                epoch,
                other,
                write,
                journalled,
                follower,
                compareAnswers,
                because,
                rejected);
    }

    /** The rule that decided. Precedence is told in the routing guide. */
    public enum Rule {
        UNMATCHED("no route of the migration matches, so legacy serves"),
        MISSING_KEY("the entity key is missing; the slice's `missing` policy decided"),
        MINTED_KEY("the key is minted by the authority, so the whole slice's authority serves"),
        DENY("the entity is on the deny list"),
        PIN("a pin holds it: the workflow this request belongs to began on that side"),
        ALLOW("the entity is on the allow list"),
        COHORT("the request belongs to a cohort that is across"),
        RAMP("the entity's bucket against the ramp decided"),
        PHASE("the phase decides alone"),
        PENDING_WRITE("a write of this entity is not delivered yet, so the side that took it serves the read"),
        FALLBACK("modern could not answer, so legacy did");

        private final String meaning;

        Rule(String meaning) {
            this.meaning = meaning;
        }

        public String meaning() {
            return meaning;
        }
    }
}
