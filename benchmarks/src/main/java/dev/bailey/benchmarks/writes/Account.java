package dev.bailey.benchmarks.writes;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;

/**
 * What became of acknowledged writes, each of an entity of its own.
 *
 * @param acknowledged answered with yes
 * @param lost of them not at legacy
 * @param apart not the same at both sides, or at modern though nothing is replicated
 * @param doubled that came to a side more often than once
 */
record Account(long acknowledged, long lost, long apart, long doubled) {

    static final Account NONE = new Account(0, 0, 0, 0);

    /**
     * What a side has.
     *
     * @param kept bodies by path
     * @param writes how many came
     */
    record Side(Map<String, String> kept, long writes) {
        private long doubled() {
            return writes - kept.size();
        }
    }

    /** @param acknowledged paths */
    static Account of(Collection<String> acknowledged, Side legacy, Side modern, boolean replicates) {
        long lost = acknowledged.stream()
                .filter(path -> !legacy.kept().containsKey(path))
                .count();
        long apart = replicates
                ? acknowledged.stream()
                        .filter(path -> !Objects.equals(
                                legacy.kept().get(path), modern.kept().get(path)))
                        .count()
                : modern.kept().size();
        return new Account(acknowledged.size(), lost, apart, legacy.doubled() + modern.doubled());
    }

    Account plus(Account other) {
        return new Account(
                acknowledged + other.acknowledged, lost + other.lost, apart + other.apart, doubled + other.doubled);
    }

    boolean isClean() {
        return lost + apart + doubled == 0;
    }
}
