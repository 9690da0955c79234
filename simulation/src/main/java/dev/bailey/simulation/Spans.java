package dev.bailey.simulation;

import java.util.HashMap;
import java.util.Map;

/** When each write began, and when its client was told how it ended for sure. */
final class Spans {

    private final Map<String, Long> begun = new HashMap<>();
    private final Map<String, Long> ended = new HashMap<>();

    void begins(Write write, long now) {
        begun.putIfAbsent(write.tag(), now);
    }

    void ends(Write write, long now) {
        ended.put(write.tag(), now);
    }

    /** Whether two writes may have been under way at the same time. One whose client knows nothing may be so for ever. */
    boolean overlap(Write one, Write other) {
        return begun(one) <= ended(other) && begun(other) <= ended(one);
    }

    private long begun(Write write) {
        return begun.getOrDefault(write.tag(), 0L);
    }

    private long ended(Write write) {
        return ended.getOrDefault(write.tag(), Long.MAX_VALUE);
    }
}
