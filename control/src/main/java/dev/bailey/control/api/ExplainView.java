package dev.bailey.control.api;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a request would go now, and why.
 *
 * @param bucket sticky bucket 0 to 9,999; absent without a key
 * @param cohort the named cohort that decided
 * @param side the side that would serve
 * @param rule the rule that decided
 * @param meaning the rule in words
 * @param rejected whether the gateway would refuse it
 * @param message the whole in one sentence
 */
public record ExplainView(
        String method,
        String path,
        Optional<String> slice,
        Optional<String> route,
        Optional<String> entity,
        OptionalInt bucket,
        Optional<String> cohort,
        Phase phase,
        String ramp,
        long epoch,
        Side side,
        String rule,
        String meaning,
        boolean write,
        boolean journalled,
        Optional<Side> follower,
        boolean compared,
        boolean rejected,
        String message) {}
