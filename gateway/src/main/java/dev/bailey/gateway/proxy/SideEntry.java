package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.Breaker;
import dev.bailey.gateway.upstream.Bulkhead;
import dev.bailey.gateway.upstream.RateCap;
import dev.bailey.gateway.upstream.SideLimits.Limits;

/**
 * Whether a request may go to its side now. Cap and bulkhead protect a side and hold always. The breaker of modern holds only
 * while legacy can answer instead: past that, refusing would fail clients for nothing. It learns from every request.
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
    static Passage ask(Limits ofSide, boolean mayFallBack) {
        if (isBroken(ofSide) && mayFallBack) {
            return Passage.FALL_BACK;
        }
        Passage passage = isOverCap(ofSide) ? Passage.OVER_CAP : enter(ofSide) ? Passage.PASS : Passage.FULL;
        if (passage == Passage.PASS) {
            return passage;
        }
        release(ofSide);
        return mayFallBack ? Passage.FALL_BACK : passage;
    }

    /** Whether a write found room in the bulkhead; it was held against the cap before it was journalled. */
    static boolean askForWrite(Limits ofSide) {
        isBroken(ofSide); // what must be sent all the same may be the probe
        if (enter(ofSide)) {
            return true;
        }
        release(ofSide);
        return false;
    }

    private static boolean isBroken(Limits ofSide) {
        Breaker breaker = ofSide.breaker();
        return breaker != null && !breaker.isClosed() && !breaker.tryPass(System.nanoTime());
    }

    private static void release(Limits ofSide) {
        Breaker breaker = ofSide.breaker();
        if (breaker != null) {
            breaker.release();
        }
    }

    /** Whether its cap is used up; where it is not, one request of it is used. */
    static boolean isOverCap(Limits ofSide) {
        RateCap cap = ofSide.cap();
        return cap != null && !cap.tryTake(System.nanoTime());
    }

    private static boolean enter(Limits ofSide) {
        Bulkhead bulkhead = ofSide.bulkhead();
        return bulkhead == null || bulkhead.tryEnter();
    }

    /** It ended without a result to learn from. */
    static void leave(Limits ofSide) {
        release(ofSide);
        leaveBulkhead(ofSide);
    }

    /** It ended. */
    static void end(Limits ofSide, boolean success, long nowNanos) {
        Breaker breaker = ofSide.breaker();
        if (breaker != null) {
            breaker.record(success, nowNanos);
        }
        leaveBulkhead(ofSide);
    }

    private static void leaveBulkhead(Limits ofSide) {
        Bulkhead bulkhead = ofSide.bulkhead();
        if (bulkhead != null) {
            bulkhead.leave();
        }
    }
}
