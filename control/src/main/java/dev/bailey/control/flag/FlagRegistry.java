package dev.bailey.control.flag;

import dev.bailey.control.flag.Flag.Change;
import dev.bailey.control.state.ForeignFlags;
import dev.bailey.control.state.ForeignFlags.ForeignFlag;
import dev.bailey.control.state.History;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Flags;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The flags of a migration: those derived from where its slices stand, and those that others have hung on them. Thread-safe. */
public final class FlagRegistry {

    private static final int HISTORY = 10_000;

    private static final List<Derived> DERIVED = List.of(
            new Derived(
                    "dual-write",
                    "modern healthy, writes idempotent, contracts compatible",
                    "phase LEGACY_OFF",
                    Flags::dualWrite),
            new Derived("shadow-read", "a clean full reconcile for the burn-in", "phase LEGACY_OFF", Flags::shadowRead),
            new Derived(
                    "read-modern", "differences, latency and errors within limits", "phase RETIRED", Flags::readModern),
            new Derived(
                    "write-modern",
                    "all reads modern, a rehearsal, no divergence",
                    "phase RETIRED",
                    Flags::writeModern),
            new Derived("legacy-writes", "none: it is on from the beginning", "phase LEGACY_OFF", Flags::legacyWrites));

    private final SliceRecords records;
    private final History history;
    private final ForeignFlags foreign;
    private final Duration stale;

    public FlagRegistry(SliceRecords records, History history, ForeignFlags foreign, Duration stale) {
        this.records = records;
        this.history = history;
        this.foreign = foreign;
        this.stale = stale;
    }

    /** Every flag of the slices that are there. */
    public List<Flag> flags(String owner, Instant now) {
        List<Flag> flags = new ArrayList<>();
        for (Standing standing : records.all()) {
            List<Transition> transitions = history.of(standing.state().slice(), HISTORY);
            for (Derived derived : DERIVED) {
                flags.add(flag(derived, standing, transitions, owner, now));
            }
        }
        for (ForeignFlag other : foreign.live()) {
            flags.add(new Flag(
                    other.name(),
                    other.slice(),
                    other.owner(),
                    "foreign",
                    other.purpose(),
                    "its owner takes it out before " + other.slice() + " is retired",
                    true,
                    true,
                    isStale(other.since(), now),
                    other.since(),
                    List.of(new Change(other.since(), other.owner(), true, other.purpose()))));
        }
        return List.copyOf(flags);
    }

    /** Live flags of a slice that somebody else than {@code owner} answers for. */
    public List<String> ofOthers(SliceName slice, String owner) {
        return foreign.live().stream()
                .filter(flag -> flag.slice().equals(slice) && !flag.owner().equals(owner))
                .map(flag -> flag.name() + " (" + flag.owner() + ")")
                .toList();
    }

    /** Live flags, of one slice or others, that are not derived from the phase. */
    public List<ForeignFlag> foreign() {
        return foreign.live();
    }

    private Flag flag(Derived derived, Standing standing, List<Transition> transitions, String owner, Instant now) {
        SliceName slice = standing.state().slice();
        List<Change> changes = new ArrayList<>();
        for (Transition transition : transitions) {
            boolean before = derived.value().test(transition.from().flags());
            boolean after = derived.value().test(transition.to().flags());
            if (transition.committed() && before != after) {
                changes.add(new Change(transition.at(), transition.actor(), after, transition.reason()));
            }
        }
        boolean value = derived.value().test(standing.state().flags());
        boolean live = standing.state().phase() != Phase.RETIRED
                && (value || standing.state().phase() != Phase.LEGACY_ONLY);
        Instant since =
                changes.isEmpty() ? standing.phaseSince() : changes.getLast().at();
        return new Flag(
                slice + "." + derived.label(),
                slice,
                owner,
                "temporary",
                derived.precondition(),
                derived.removal(),
                value,
                live,
                live && isStale(since, now),
                since,
                changes);
    }

    private boolean isStale(Instant since, Instant now) {
        return Duration.between(since, now).compareTo(stale) > 0;
    }

    /** A flag every slice has. */
    private record Derived(String label, String precondition, String removal, Predicate<Flags> value) {}
}
