package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws what goes wrong, until it is told to stop. */
final class Faults {

    private static final int MILLE = 1_000;

    private final Machine machine;
    private final SplittableRandom random;
    private final Map<Side, Long> awayUntil = new EnumMap<>(Side.class);
    private boolean on = true;

    Faults(Machine machine, SplittableRandom random) {
        this.machine = machine;
        this.random = random;
    }

    boolean happens(int perMille) {
        return on && perMille > 0 && random.nextInt(MILLE) < perMille;
    }

    /** Here the process may die; then the thread that asks does not come back. */
    void mayDie(Life life, int perMille, String where) {
        if (happens(perMille)) {
            life.end(where);
        }
        life.stopHere();
    }

    /** A time between two bounds, mostly near the lower. */
    long between(long least, long most) {
        long span = Math.max(1, most - least);
        return random.nextInt(8) == 0 ? least + random.nextLong(span) : least + random.nextLong(Math.max(1, span / 8));
    }

    int next(int bound) {
        return random.nextInt(bound);
    }

    /** The side cannot be reached for a while: down, or cut off. */
    void away(Side side, long nanos) {
        machine.say(side + " cannot be reached for " + nanos / 1_000_000 + " ms");
        awayUntil.merge(side, machine.now() + nanos, Math::max);
    }

    boolean isAway(Side side) {
        return on && awayUntil.getOrDefault(side, 0L) > machine.now();
    }

    boolean areOn() {
        return on;
    }

    void stop() {
        on = false;
    }
}
