package dev.bailey.app.wiring;

import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Membership;
import dev.bailey.control.state.Membership.Ack;
import dev.bailey.control.state.RoutingLook;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StateException;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.dualwrite.WriteControl;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the routing records that another node decides: routes by them, holds what is prepared, and acknowledges both when no
 * older write is under way. Used by one thread; what it waits for it waits for elsewhere.
 */
final class Following {

    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final Duration WRITES_END = Duration.ofMinutes(5);

    private final StateDb state;
    private final SnapshotHolder snapshots;
    private final Consumer<SliceState> publish;
    private final WriteControl writes;
    private final Membership membership;
    private final Debts debts;
    private final Clockwork clockwork;

    /** The epoch that each slice holds for. */
    private final Map<SliceName, Epoch> held = new HashMap<>();

    /** The epoch in force that each slice was last followed to. */
    private final Map<SliceName, Epoch> followed = new HashMap<>();

    Following(
            StateDb state,
            SnapshotHolder snapshots,
            Consumer<SliceState> publish,
            WriteControl writes,
            Membership membership,
            Debts debts,
            Clockwork clockwork) {
        this.state = state;
        this.snapshots = snapshots;
        this.publish = publish;
        this.writes = writes;
        this.membership = membership;
        this.debts = debts;
        this.clockwork = clockwork;
    }

    /** One look; throws where the store cannot be read. */
    void look() {
        RoutingLook now = RoutingLook.at(state);
        for (SliceState inForce : now.inForce()) {
            if (snapshots.get().spec().slice(inForce.slice()).isPresent()) {
                follow(inForce);
            }
        }
        for (SliceState prepared : now.prepared()) {
            if (snapshots.get().spec().slice(prepared.slice()).isPresent()) {
                prepare(prepared);
            }
        }
        // Published before, so that what is released is decided by the record that ended the hold.
        for (SliceName slice : Map.copyOf(held).keySet()) {
            if (!now.isPreparing(slice)) {
                held.remove(slice);
                writes.release(slice);
            }
        }
    }

    private void follow(SliceState inForce) {
        Epoch before = followed.get(inForce.slice());
        if (inForce.epoch().equals(before)) {
            return;
        }
        if (inForce.epoch().compareTo(snapshots.get().state(inForce.slice()).epoch()) > 0) {
            publish.accept(inForce);
        }
        followed.put(inForce.slice(), inForce.epoch());
        begin(inForce, Ack.SETTLED);
    }

    private void prepare(SliceState prepared) {
        if (!prepared.epoch().equals(held.get(prepared.slice()))) {
            writes.hold(prepared);
            held.put(prepared.slice(), prepared.epoch());
            begin(prepared, Ack.HELD);
        }
    }

    private void begin(SliceState record, Ack what) {
        Thread thread = clockwork.tasks().newThread(() -> {
            try {
                boolean ended = what == Ack.HELD
                        ? writes.awaitQuiet(record.slice(), WRITES_END)
                        : writes.awaitOlderWrites(record.slice(), WRITES_END);
                if (ended) {
                    acknowledge(record, what);
                } else {
                    LOG.warn("writes of slice {} before epoch {} do not end", record.slice(), record.epoch());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setName("acknowledging " + record.slice());
        thread.start();
    }

    /** What this node owes is in the store before it says that it has followed. */
    private void acknowledge(SliceState record, Ack what) throws InterruptedException {
        while (true) {
            try {
                debts.carry();
                membership.acknowledge(record.slice(), what, record.epoch());
                return;
            } catch (StateException away) {
                LOG.warn(
                        "epoch {} of slice {} cannot be acknowledged: {}",
                        record.epoch(),
                        record.slice(),
                        away.getMessage());
                clockwork.pause(Duration.ofMillis(500));
            }
        }
    }

    /** This node decides from now on: what a broken handover held here is let go. */
    void end() {
        held.keySet().forEach(writes::release);
        held.clear();
    }
}
