package dev.bailey.gateway.proxy;

import dev.bailey.gateway.proxy.AheadOfFollower.Sided;
import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.SideLimits.Limits;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.SliceSpec;

/**
 * Whether a read may go to its side now. Breaker and cap of modern hold only while legacy can answer instead: past that,
 * refusing would fail clients for nothing. A cap of legacy holds always.
 */
final class ReadLimits {

    private final SideLimits limits;

    ReadLimits(SideLimits limits) {
        this.limits = limits;
    }

    enum Passage {
        PASS,
        FALL_BACK,
        OVER_CAP
    }

    Passage ask(SliceSpec slice, Sided sided) {
        long now = System.nanoTime();
        Side side = sided.decision().side();
        Limits ofSide = limits.of(slice, side);
        boolean mayFallBack = sided.mayFallBack();
        if (side == Side.LEGACY) {
            return ofSide.cap().isPresent() && !ofSide.cap().get().tryTake(now) ? Passage.OVER_CAP : Passage.PASS;
        }
        if (!mayFallBack) {
            return Passage.PASS;
        }
        if (!ofSide.breaker().tryPass(now)) {
            return Passage.FALL_BACK;
        }
        if (ofSide.cap().isPresent() && !ofSide.cap().get().tryTake(now)) {
            ofSide.breaker().release();
            return Passage.FALL_BACK;
        }
        return Passage.PASS;
    }
}
