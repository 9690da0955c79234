package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.Bulkhead;
import dev.bailey.gateway.upstream.RateCap;
import dev.bailey.gateway.upstream.SideLimits.Limits;
import dev.bailey.model.phase.Side;
import org.jspecify.annotations.Nullable;

/**
 * Whether a read may go to its side now. Breaker and cap of modern hold only while legacy can answer instead: past that,
 * refusing would fail clients for nothing. A cap of legacy holds always, and so does a bulkhead, which is there to protect.
 */
final class ReadLimits {

    private ReadLimits() {}

    enum Passage {
        PASS,
        FALL_BACK,
        OVER_CAP,
        FULL
    }

    /** A read that may pass is in the bulkhead, and must {@link #leave} or {@link #end}. */
    static Passage ask(Limits ofSide, Side side, boolean mayFallBack) {
        if (side == Side.LEGACY) {
            if (isOverCap(ofSide)) {
                return Passage.OVER_CAP;
            }
            return enter(ofSide) ? Passage.PASS : Passage.FULL;
        }
        if (!mayFallBack) {
            return enter(ofSide) ? Passage.PASS : Passage.FULL;
        }
        if (!ofSide.breaker().isClosed() && !ofSide.breaker().tryPass(System.nanoTime())) {
            return Passage.FALL_BACK;
        }
        if (isOverCap(ofSide) || !enter(ofSide)) {
            ofSide.breaker().release();
            return Passage.FALL_BACK;
        }
        return Passage.PASS;
    }

    private static boolean isOverCap(Limits ofSide) {
        RateCap cap = ofSide.rateCap();
        return cap != null && !cap.tryTake(System.nanoTime());
    }

    static boolean enter(Limits ofSide) {
        @Nullable Bulkhead bulkhead = ofSide.wall();
        return bulkhead == null || bulkhead.tryEnter();
    }

    /** It ended without a result to learn from. */
    static void leave(Limits ofSide) {
        ofSide.breaker().release();
        Bulkhead bulkhead = ofSide.wall();
        if (bulkhead != null) {
            bulkhead.leave();
        }
    }

    /** It ended. */
    static void end(Limits ofSide, boolean success, long nowNanos) {
        ofSide.breaker().record(success, nowNanos);
        Bulkhead bulkhead = ofSide.wall();
        if (bulkhead != null) {
            bulkhead.leave();
        }
    }
}
