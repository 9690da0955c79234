package dev.bailey.gateway.dualwrite;

import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Partition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The partitions that this process delivers, of several processes over one journal. Who calls it sees to it that no two hold one
 * at the same time (ADR 22). Thread-safe.
 */
public final class HeldPartitions {

    /** Deliveries stay where the work is that needed them, for the next of it. */
    private static final Duration WANTED_FOR = Duration.ofSeconds(5);

    private final Sight sight;
    private final Slices slices;
    private final OtherWrites others;
    private final Scheduler scheduler;

    HeldPartitions(Sight sight, Slices slices, OtherWrites others, Scheduler scheduler) {
        this.sight = sight;
        this.slices = slices;
        this.others = others;
        this.scheduler = scheduler;
    }

    /**
     * From now on this process delivers these, and nobody else does any more: reads the journal first, so that it knows all that
     * has been delivered. False when that could not be read in time, and nothing has changed.
     *
     * @param mayLand whether something that was sent before may still land: whoever had them did not say otherwise
     */
    public boolean takeOver(Collection<Partition> partitions, boolean mayLand, Duration atMost)
            throws InterruptedException {
        if (!others.catchUp(atMost)) {
            return false;
        }
        Set<Partition> taken = Set.copyOf(partitions);
        for (SliceWrites slice : slices.all()) {
            slice.pending.inherit(taken, mayLand ? landing(slice) : Duration.ZERO);
        }
        keep(taken);
        return true;
    }

    private static Duration landing(SliceWrites slice) {
        SliceSpec spec = slice.spec();
        return spec != null && spec.writes().replicate() == WritesSpec.Replicate.REPLAY
                ? Replay.landing(spec)
                : Duration.ZERO;
    }

    /** Begins deliveries of these, that are this process's: taken over just now, or let go and not had by anybody else since. */
    public void keep(Collection<Partition> partitions) {
        Set<Partition> kept = Set.copyOf(partitions);
        kept.forEach(sight::hold);
        for (SliceWrites slice : slices.all()) {
            slice.pending.changed();
            slice.pending.queues(kept).forEach(slice::deliver);
        }
    }

    /**
     * Begins no more deliveries of these. Tells of which none is under way and nothing that was given up may still land, so that
     * another process may take them over; ask again for the others. Never waits.
     */
    public Set<Partition> letGo(Collection<Partition> partitions) {
        partitions.forEach(sight::letGo);
        Set<Partition> atRest = new HashSet<>(partitions);
        long now = scheduler.nanoTime();
        Set<Partition> asked = Set.copyOf(partitions);
        slices.all().forEach(slice -> atRest.removeAll(slice.pending.atWork(asked, now)));
        return atRest;
    }

    /** Those it delivers now. */
    public Set<Partition> held() {
        return sight.held();
    }

    /** Whether work goes on here, or did lately, that keeps deliveries away from entities: then it should have them all. */
    public boolean wantsAll() {
        return sight.wants(WANTED_FOR);
    }
}
