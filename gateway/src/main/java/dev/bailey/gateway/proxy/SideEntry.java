package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.Bulkhead;
import dev.bailey.gateway.upstream.RateCap;
import dev.bailey.gateway.upstream.SideLimits.Limits;
import dev.bailey.model.phase.Side;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may go to its side now. Cap and bulkhead protect a side and hold always. The breaker of modern holds only
 * while legacy can answer instead: past that, refusing would fail clients for nothing.
 */
final class SideEntry {

    private SideEntry() {}

    enum Passage {
        PASS,
        FALL_BACK,
        OVER_CAP,
        FULL
    }

    /** A read that may pass is in the bulkhead, and must {@link #leave} or {@link #end}. */
    static Passage ask(Limits ofSide, Side side, boolean mayFallBack) {
        if (side == Side.LEGACY || !mayFallBack) {
            return limited(ofSide);
        }
        if (!ofSide.breaker().isClosed() && !ofSide.breaker().tryPass(System.nanoTime())) {
            return Passage.FALL_BACK;
        }
        if (limited(ofSide) != Passage.PASS) {
            ofSide.breaker().release();
            return Passage.FALL_BACK;
        }
        return Passage.PASS;
    }

    /** What cap and bulkhead say, in which it is once it may pass. */
    static Passage limited(Limits ofSide) {
        if (isOverCap(ofSide)) {
            return Passage.OVER_CAP;
        }
        return enter(ofSide) ? Passage.PASS : Passage.FULL;
    }

    /** Whether its cap is used up; where it is not, one request of it is used. */
    static boolean isOverCap(Limits ofSide) {
        RateCap cap = ofSide.rateCap();
        return cap != null && !cap.tryTake(System.nanoTime());
    }

    /** Into the bulkhead; a write was held against the cap before it was journalled. */
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
