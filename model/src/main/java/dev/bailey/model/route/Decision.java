package dev.bailey.model.route;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where one request goes and why, written into again and again by {@link Router#decide(Snapshot, RequestFacts, Decision)}
 * so that a decision allocates nothing. What each value means is told at {@link RouteDecision}.
 *
 * <p>Keep one for each event loop; not thread-safe. What it says holds until it is written into again. {@link #key()},
 * {@link #entity()}, {@link #bucket()}, {@link #match()} and {@link #decision()} may look at the request's own bytes, so ask
 * them before those are let go; all but the first and the third allocate.
 */
public final class Decision {

    /** The slice number of a request that no slice claims. */
    public static final int NO_SLICE = -1;

    private static final int NO_BUCKET = -1;
    private static final int NOT_COMPUTED = -2;

    final PathSpans path = new PathSpans();
    final Text scratch = new Text();
    final JoinedKey joined = new JoinedKey();
    String method = "";
    private final Text key = new Text();

    private @Nullable CompiledRoute route;
    private @Nullable SliceRules rules;
    private boolean hasKey;
    private boolean needsBody;
    private boolean hashed;
    private long keyHash;
    private int bucket = NO_BUCKET;
    private Side side = Side.LEGACY;
    private Rule rule = Rule.UNMATCHED;
    private @Nullable String cohort;
    private boolean rejected;
    private boolean mayPin;
    private @Nullable Side pin;

    void unmatched() {
        route = null;
        mayPin = false;
        pin = null;
        rules = null;
        hasKey = false;
        needsBody = false;
        bucket = NO_BUCKET;
        decided(Side.LEGACY, Rule.UNMATCHED);
    }

    /** Begins a decision by reading the key. */
    void begin(SliceRules under, CompiledRoute matched, RequestFacts facts) {
        rules = under;
        route = matched;
        keyRead(RequestValues.key(matched, path, facts, this, key));
        readPin(under, facts);
        needsBody = matched.keyInBody && !facts.hasBody();
    }

    /** Begins a decision about a key that is known. */
    void begin(SliceRules under, CompiledRoute matched, @Nullable EntityKey known) {
        rules = under;
        route = matched;
        if (known != null) {
            key.set(known.value());
        }
        keyRead(known != null);
        mayPin = false;
        pin = null;
        needsBody = false;
    }

    private void keyRead(boolean found) {
        hasKey = found;
        hashed = false;
        bucket = found ? NOT_COMPUTED : NO_BUCKET;
    }

    /** Reads another value of the request that was decided; false without one. */
    boolean read(ValueSource source, RequestFacts facts, Text into) {
        return route != null && RequestValues.read(source, route, path, facts, into);
    }

    /** Where authority rules, or nothing tells that requests belong together, no pin counts and none begins. */
    private void readPin(SliceRules under, RequestFacts facts) {
        mayPin = false;
        pin = null;
        ValueSource by = under.pins;
        if (by != null && !under.byAuthority(isWrite())) {
            boolean found = RequestValues.pin(by, this, facts, scratch);
            mayPin = found || by.kind() != EntitySource.Kind.CONST;
            pin = found ? facts.pin(under.slice, scratch) : null;
        }
    }

    @Nullable
    Side pin() {
        return pin;
    }

    void decided(Side by, Rule because) {
        side = by;
        rule = because;
        cohort = null;
        rejected = false;
    }

    void decidedForCohort(String name) {
        decided(Side.MODERN, Rule.COHORT);
        cohort = name;
    }

    void rejectedAt(Side authority) {
        decided(authority, Rule.MISSING_KEY);
        rejected = true;
    }

    void decidedByClient(int bucketOfClient, Side by) {
        decided(by, Rule.MISSING_KEY);
        bucket = bucketOfClient;
    }

    /** Whether a slice claims the request. */
    public boolean isMatched() {
        return route != null;
    }

    /** The slice's number in its snapshot, as {@link Snapshot#index} tells it; {@link #NO_SLICE} when no slice claims the request. */
    public int sliceIndex() {
        return route == null ? NO_SLICE : route.sliceIndex;
    }

    public @Nullable SliceSpec spec() {
        return route == null ? null : route.slice;
    }

    public @Nullable RouteSpec route() {
        return route == null ? null : route.spec;
    }

    /** The routing record the decision was made under; null when no slice claims the request. */
    public @Nullable SliceState state() {
        return rules == null ? null : rules.state;
    }

    public Phase phase() {
        return rules == null ? Phase.LEGACY_ONLY : rules.state.phase();
    }

    public Epoch epoch() {
        return rules == null ? Epoch.FIRST : rules.state.epoch();
    }

    public Side side() {
        return side;
    }

    public Rule rule() {
        return rule;
    }

    public boolean isWrite() {
        return route != null && route.write;
    }

    public boolean isJournalled() {
        return rules != null && rules.replicates && !rejected && isWrite();
    }

    public @Nullable Side follower() {
        return rules != null && rules.follows && isJournalled() ? side.other() : null;
    }

    public boolean comparesAnswers() {
        return rules != null && rules.comparesAnswers && !rejected && !isWrite();
    }

    public boolean isRejected() {
        return rejected;
    }

    /** Whether the request carries a pin that holds, though the phase or a rule above pins may have decided. */
    public boolean isPinned() {
        return pin != null;
    }

    /**
     * Whether what this request belongs to is to be pinned to the side that serves it: its slice has pins, and it has none yet, or
     * one that the phase overrules. That goes on where the phase puts it, and must not jump back once the slice moves on again.
     */
    public boolean beginsPin() {
        return mayPin
                && (pin == null || (rule == Rule.PHASE && pin != side))
                && !rejected
                && rule != Rule.DENY
                && rules != null
                && rules.pinsBegin();
    }

    public @Nullable String cohort() {
        return cohort;
    }

    /** True where the entity key is in the body, and the body is not yet at hand: decide again once it is. */
    public boolean needsBody() {
        return needsBody;
    }

    public boolean hasKey() {
        return hasKey;
    }

    /** The entity key; undefined unless {@link #hasKey()}. */
    public Text key() {
        return key;
    }

    /** The hash of the key, computed when first asked for. */
    long keyHash() {
        if (!hashed) {
            keyHash = key.hash();
            hashed = true;
        }
        return keyHash;
    }

    /** The sticky bucket, 0 to 9,999, or -1 without a key. Computed when first asked for. */
    public int bucket() {
        if (bucket == NOT_COMPUTED && rules != null) {
            bucket = rules.bucket(keyHash());
        }
        return bucket;
    }

    /** The entity key as a value of its own; null without one. */
    public @Nullable EntityKey entity() {
        return hasKey ? new EntityKey(key.toString()) : null;
    }

    /** The route as a value of its own; null when no slice claims the request. */
    public @Nullable RouteMatch match() {
        if (route == null) {
            return null;
        }
        Map<String, String> values = new HashMap<>();
        String[] names = route.names();
        for (int i = 0; i < names.length; i++) {
            path.value(i, scratch);
            values.put(names[i], scratch.toString());
        }
        return new RouteMatch(route.slice, route.spec, values);
    }

    /** The decision as a value of its own. */
    public RouteDecision decision() {
        return new RouteDecision(
                spec(),
                route(),
                entity(),
                bucket(),
                cohort,
                phase(),
                epoch(),
                side,
                isWrite(),
                isJournalled(),
                follower(),
                comparesAnswers(),
                rule,
                rejected);
    }
}
