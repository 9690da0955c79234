package dev.bailey.simulation;

import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What may be found of a record, by what the journal said about it: one state when it has answered, two while it has not, or died before
 * it did. What it said to have failed is found only where it could not be cut off either.
 */
final class KnownRecord {

    private final RecordId id;
    private final byte[] body;
    private final Set<Optional<RecordState>> may = new HashSet<>();
    private final Set<Optional<RecordState>> left = new HashSet<>();
    private Optional<RecordState> state = Optional.empty();
    private long sequence;
    private boolean removable;

    KnownRecord(RecordId id, byte[] body) {
        this.id = id;
        this.body = body;
        may.add(Optional.empty());
    }

    RecordId id() {
        return id;
    }

    byte[] body() {
        return body;
    }

    boolean hasBody(byte[] found) {
        return Arrays.equals(body, found);
    }

    /** As far as it is known. */
    Optional<RecordState> state() {
        return state;
    }

    boolean isOpen() {
        return state.isPresent() && !state.get().isFinal();
    }

    long sequence() {
        return sequence;
    }

    void at(long known) {
        sequence = known;
    }

    /** Asked for; from now on both may be found. */
    void asked(RecordState next) {
        may.add(Optional.of(next));
    }

    /** The journal says that it is done. */
    void done(RecordState next) {
        is(Optional.of(next));
        left.clear();
    }

    /** The journal says that it was not done. */
    void failed(RecordState next, boolean mayBeLeft) {
        is(state);
        if (mayBeLeft) {
            left.add(Optional.of(next));
        }
    }

    /** A new life begins, which may find what could not be cut off. */
    void lives() {
        may.addAll(left);
    }

    /** A compaction removes records that are final. */
    void compacts() {
        boolean isFinal =
                may.stream().anyMatch(each -> each.isPresent() && each.get().isFinal());
        removable |= isFinal;
    }

    boolean allows(Optional<RecordState> found) {
        return may.contains(found) || (found.isEmpty() && removable);
    }

    /** It was found so; nothing else is true any more. */
    void is(Optional<RecordState> found) {
        state = found;
        may.clear();
        may.add(found);
    }

    String allowed() {
        EnumSet<RecordState> states = EnumSet.noneOf(RecordState.class);
        may.forEach(each -> each.ifPresent(states::add));
        return states + (may.contains(Optional.empty()) || removable ? " or gone" : "");
    }
}
