package dev.bailey.datasync.backfill;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which parts of the keys are copied: all up to the frontier but for those that are open. Parts are cut off at the frontier and
 * finished in any order. Immutable, and small whatever the number of keys.
 *
 * @param frontier up to where parts were cut; empty for the beginning
 * @param end whether the frontier is the end
 * @param term of the last claim
 * @param open what was claimed and is not finished
 */
record Ledger(Optional<String> frontier, boolean end, long term, List<Claim> open) {

    Ledger {
        open = List.copyOf(open);
    }

    static Ledger from(Optional<String> frontier) {
        return new Ledger(frontier, false, 0, List.of());
    }

    /** Of no keys at all. */
    Ledger empty() {
        return new Ledger(frontier, true, term, open);
    }

    boolean isFinished() {
        return end && open.isEmpty();
    }

    /** For the only node there is, when it begins: whoever had claims before is gone. */
    Ledger takenOver() {
        return new Ledger(
                frontier,
                end,
                term,
                open.stream()
                        .map(claim -> new Claim(claim.after(), claim.upTo(), claim.term(), Instant.EPOCH))
                        .toList());
    }

    /** @param held claims whose holders are known to be at work, whatever the clock says */
    Optional<Claim> free(Instant now, Set<Claim> held) {
        return open.stream()
                .filter(claim -> claim.isFree(now) && !held.contains(claim))
                .findFirst();
    }

    /** A free claim made somebody's again. */
    Ledger taken(Claim free, Instant until) {
        List<Claim> others = others(free);
        others.add(new Claim(free.after(), free.upTo(), term + 1, until));
        return new Ledger(frontier, end, term + 1, others);
    }

    /** The keys nobody has claimed yet. */
    KeyRange rest(Optional<String> fence) {
        return new KeyRange(frontier.map(EntityKey::new), fence.map(EntityKey::new));
    }

    /** A new part claimed, from the frontier to a key, or to the fence when there is none. */
    Ledger cut(Optional<EntityKey> upTo, Optional<String> fence, Instant until) {
        Optional<String> to = upTo.map(EntityKey::value).or(() -> fence);
        List<Claim> more = new ArrayList<>(open);
        more.add(new Claim(frontier, to, term + 1, until));
        return new Ledger(to, upTo.isEmpty() || to.equals(fence), term + 1, more);
    }

    /** The claim made last. */
    Claim last() {
        return open.getLast();
    }

    boolean holds(Claim claim) {
        return open.contains(claim);
    }

    Ledger finished(Claim claim) {
        return new Ledger(frontier, end, term, others(claim));
    }

    private List<Claim> others(Claim claim) {
        List<Claim> others = new ArrayList<>(open);
        others.remove(claim);
        return others;
    }
}
