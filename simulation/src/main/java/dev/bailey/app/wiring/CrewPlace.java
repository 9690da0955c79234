package dev.bailey.app.wiring;

import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.NodeName;
import dev.bailey.control.state.SharedStore;
import dev.bailey.control.state.StateDb;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.dualwrite.WriteLease;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.MigrationSpec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A simulated process's place among those that carry traffic at the same time: crew, duty and following as they are. */
public final class CrewPlace {

    private final Crew crew;
    private final Clockwork clockwork;
    private @Nullable Duty duty;

    private CrewPlace(Crew crew, Clockwork clockwork) {
        this.crew = crew;
        this.clockwork = clockwork;
    }

    /** What it works with. */
    public record Parts(
            StateDb state,
            SnapshotHolder snapshots,
            Consumer<SliceState> publish,
            DualWrite writes,
            Debts debts,
            GroupJournal journal) {}

    /** Lets a thread sleep in simulated time. */
    @FunctionalInterface
    public interface Sleep {
        void of(Duration time) throws InterruptedException;
    }

    /**
     * @param length of its time
     * @param nanoTime which nobody else's turn interrupts: it is looked at with monitors held
     */
    public static CrewPlace join(
            SharedStore store,
            MigrationSpec spec,
            String name,
            Duration length,
            ThreadFactory threads,
            LongSupplier nanoTime,
            Sleep sleep)
            throws InterruptedException {
        Clockwork clockwork = new Clockwork(threads, threads, nanoTime, sleep::of, (ended, atMost) -> {
            sleep.of(atMost);
            return ended.getCount() == 0;
        });
        return new CrewPlace(
                Crew.join(store, spec, new NodeName(name), new NobodyElse(), length, clockwork, _ -> {}), clockwork);
    }

    /** In a place one life follows another. */
    private static final class NobodyElse implements Lives {
        @Override
        public void begin(NodeLife life) {}

        @Override
        public boolean hasEnded(NodeLife life) {
            return true;
        }

        @Override
        public void forget(NodeLife life) {}

        @Override
        public void close() {}
    }

    public String origin() {
        return crew.origin();
    }

    public WriteLease writeLease() {
        return crew.writeLease();
    }

    /** Of this life, for the journal. */
    public Fence fence() {
        return crew.membership().fence();
    }

    public Fence leadFence() {
        return crew.leadFence();
    }

    /** Completes with the reason once the process must end. */
    public CompletableFuture<String> lost() {
        return crew.lost();
    }

    /** Leads, or has followed once, when this returns. */
    public void serve(Parts parts, Runnable lead) {
        Following following = new Following(
                parts.state(),
                parts.snapshots(),
                parts.publish(),
                parts.writes(),
                crew.membership(),
                parts.debts(),
                clockwork);
        Duty serving = new Duty(crew, following, parts.writes(), parts.journal(), lead, parts.debts(), clockwork);
        duty = serving;
        serving.start();
    }

    /**
     * Ends this place in order: nothing is delivered or decided here any more, and the others know.
     *
     * @param owesNothing whether all that it owes is in the store
     */
    public void leave(BooleanSupplier owesNothing) {
        Duty serving = duty;
        if (serving != null) {
            serving.close();
        }
        crew.owesNothing(owesNothing);
        crew.close();
    }

    /** The write paths of all, for a handover. */
    public Writes ofAll(Writes own, Supplier<Snapshot> current) {
        return CrewWrites.of(
                own,
                CrewWrites.Others.of(crew.membership()),
                current,
                new Looks(Duration.ofMillis(5), clockwork.nanoTime(), clockwork.pause()));
    }
}
