package dev.bailey.gateway.proxy;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision.Rule;
import java.util.Optional;

/**
 * Why a request goes where it goes.
 *
 * @param slice empty when no route matched
 * @param route the route's label, such as {@code GET /api/orders/{id}}
 * @param bucket 0 to 9,999; empty without a key
 * @param side the side that would serve now
 * @param decidedSide the side routing chose before an undelivered write was looked at
 * @param follower the side a journalled write is carried to
 * @param meaning the rule in words
 * @param ahead the side whose copy of the entity is ahead; empty when both are equal as far as the journal knows
 * @param rejected true where the request would be refused with 400 because its key is missing
 */
public record Explanation(
        Optional<String> slice,
        Optional<String> route,
        Optional<String> key,
        Optional<Integer> bucket,
        Optional<String> cohort,
        Phase phase,
        long epoch,
        Side side,
        Side decidedSide,
        boolean write,
        boolean journalled,
        Optional<Side> follower,
        Rule rule,
        String meaning,
        Optional<Side> ahead,
        boolean rejected) {}
