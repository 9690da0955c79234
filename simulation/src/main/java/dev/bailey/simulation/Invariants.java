package dev.bailey.simulation;

import java.util.List;

/** All that must hold in every world. */
final class Invariants {

    private Invariants() {}

    static List<Invariant> of(World world) {
        return List.of(
                new NothingAcknowledgedIsLost(world),
                new NothingRefusedIsApplied(world),
                new NothingIsAppliedTwice(world),
                new FollowerConverges(world),
                new OrderWithinEntity(world),
                new OneAuthorityAtATime(world),
                new HeldWritesAreReleasedOnce(world),
                new DurableBeforeForwarded(world),
                new EqualAtHandover(world),
                new ReadersKnowWhoIsAhead(world),
                new KeysAreKept(world),
                new NoTwoSidesAtOnce(world),
                new OneNodeCarriesAPartition(world));
    }
}
