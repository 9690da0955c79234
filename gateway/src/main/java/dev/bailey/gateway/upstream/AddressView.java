package dev.bailey.gateway.upstream;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a side's addresses are at one moment; immutable, swapped as a whole.
 *
 * @param all as they were listed
 * @param candidates those requests go to: the usable ones, or all of them when none is usable
 * @param only the address of a side that has exactly one, whatever its standing
 * @param panic none is usable
 * @param anyEjected whether one comes back at {@code returnsAtNanos}
 */
@SuppressWarnings("ArrayRecordComponent")
record AddressView(
        Address[] all,
        Address[] candidates,
        @Nullable Address only,
        boolean panic,
        boolean anyEjected,
        long returnsAtNanos) {

    static AddressView of(List<Address> addresses) {
        Address[] all = addresses.toArray(Address[]::new);
        Address[] usable = addresses.stream().filter(Address::isUsable).toArray(Address[]::new);
        boolean anyEjected = false;
        long returnsAt = 0;
        for (Address address : all) {
            if (address.ejected && (!anyEjected || address.returnsAtNanos - returnsAt < 0)) {
                anyEjected = true;
                returnsAt = address.returnsAtNanos;
            }
        }
        boolean panic = usable.length == 0 && all.length > 0;
        return new AddressView(
                all, panic ? all : usable, all.length == 1 ? all[0] : null, panic, anyEjected, returnsAt);
    }

    /** The less loaded of two different candidates, both chosen at random; null when there is none. */
    @Nullable
    Address choose(RandomGenerator random, @Nullable Address exclude) {
        int count = candidates.length;
        if (count <= 1) {
            return count == 0 ? null : candidates[0];
        }
        int i = random.nextInt(count);
        int j = random.nextInt(count - 1);
        Address first = candidates[i];
        Address second = candidates[j < i ? j : j + 1];
        if (first == exclude) {
            return second;
        }
        return second != exclude && second.inFlight() < first.inFlight() ? second : first;
    }
}
