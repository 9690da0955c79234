package dev.bailey.model.route;

import dev.bailey.model.phase.PhaseRow;
import dev.bailey.model.phase.PhaseRow.Compared;
import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseRow.Serving;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.KeySet;
import dev.bailey.model.spec.PinSpec;
import dev.bailey.model.spec.SliceSpec;
import org.jspecify.annotations.Nullable;

/** A slice under one routing record, made ready so that a decision only compares. Immutable. */
final class SliceRules {

    final SliceSpec slice;
    final SliceState state;
    final boolean replicates;
    final boolean follows;
    final boolean comparesAnswers;
    /** What this slice's pins go by; null where it has none. */
    final @Nullable ValueSource pins;

    private final boolean pinsBegin;
    private final KeySet allow;
    private final KeySet deny;
    private final int ramp;
    private final long seed;
    private final Serving reads;
    private final Serving writes;
    private final boolean readsByAuthority;
    private final boolean writesByAuthority;
    private final Cohort[] across;

    SliceRules(SliceSpec slice, SliceState state) {
        PhaseRow row = PhaseTable.row(state.phase());
        this.slice = slice;
        this.state = state;
        this.allow = KeySet.copyOf(slice.allow());
        this.deny = KeySet.copyOf(slice.deny());
        this.pins = slice.pins().map(SliceRules::pins).orElse(null);
        this.pinsBegin = row.reads() != Serving.MODERN;
        this.replicates = slice.hasState() && row.replication() != Replication.NONE;
        this.follows = row.replication() == Replication.FOLLOWER;
        this.comparesAnswers = row.compared().contains(Compared.ANSWERS);
        this.ramp = state.ramp().hundredths();
        this.seed = Bucket.seed(slice.name());
        this.readsByAuthority = isByAuthority(slice, false);
        this.writesByAuthority = isByAuthority(slice, true);
        this.reads = readsByAuthority ? row.writes() : row.reads();
        this.writes = writesByAuthority ? row.writes() : row.reads();
        this.across = slice.cohorts().stream()
                .filter(cohort -> state.cohorts().contains(cohort.name()))
                .map(Cohort::of)
                .toArray(Cohort[]::new);
    }

    /** A stateless slice has no authority to hang on; a switch moves reads with the writes, in one step. */
    private static boolean isByAuthority(SliceSpec slice, boolean write) {
        return switch (slice.kind()) {
            case STATEFUL -> write;
            case STATELESS -> false;
            case SWITCH -> true;
        };
    }

    /** The entity key itself is told by {@code CONST}, as for cohorts. */
    private static ValueSource pins(PinSpec pins) {
        EntitySource.Kind kind = switch (pins.by()) {
            case COOKIE -> EntitySource.Kind.COOKIE;
            case HEADER -> EntitySource.Kind.HEADER;
            case KEY -> EntitySource.Kind.CONST;
        };
        return ValueSource.of(new EntitySource(kind, pins.name()));
    }

    /** Whether a pin that begins in this phase can ever count: not where modern alone serves reads. */
    boolean pinsBegin() {
        return pinsBegin;
    }

    Serving serving(boolean write) {
        return write ? writes : reads;
    }

    boolean byAuthority(boolean write) {
        return write ? writesByAuthority : readsByAuthority;
    }

    int bucket(long keyHash) {
        return Bucket.of(seed, keyHash);
    }

    /** The first cohort across that the request belongs to; null when it belongs to none. */
    @Nullable
    String cohort(boolean byAuthority, RequestFacts facts, Decision of) {
        for (Cohort cohort : across) {
            if (cohort.holds(byAuthority, facts, of)) {
                return cohort.name;
            }
        }
        return null;
    }

    boolean denies(Decision of) {
        return has(deny, of);
    }

    boolean allows(Decision of) {
        return has(allow, of);
    }

    private static boolean has(KeySet keys, Decision of) {
        Text key = of.key();
        return keys.mayContain(key.length()) && keys.contains(key.array(), key.from(), key.to(), of.keyHash());
    }

    /** The side of a bucket. */
    Side side(int bucket) {
        return bucket < ramp ? Side.MODERN : Side.LEGACY;
    }

    /** Whether the ramp parts entities at all, so that their buckets count. */
    boolean parts() {
        return ramp > 0 && ramp < Ramp.BUCKETS;
    }

    /** The side of what belongs to no single entity: modern once all are across. */
    Side whole() {
        return ramp == Ramp.BUCKETS ? Side.MODERN : Side.LEGACY;
    }

    /** @param source null where the entity keys themselves are listed */
    private record Cohort(String name, @Nullable ValueSource source, KeySet in) {

        static Cohort of(CohortSpec spec) {
            boolean keys = spec.source().kind() == EntitySource.Kind.CONST;
            return new Cohort(spec.name(), keys ? null : ValueSource.of(spec.source()), KeySet.copyOf(spec.in()));
        }

        /** Write authority must hang on the entity alone, or two clients could write it at both sides. */
        boolean holds(boolean byAuthority, RequestFacts facts, Decision of) {
            if (source == null) {
                return of.hasKey() && has(of.key());
            }
            return !byAuthority && of.read(source, facts, of.scratch) && has(of.scratch);
        }

        private boolean has(Text value) {
            return in.contains(value.array(), value.from(), value.to());
        }
    }
}
