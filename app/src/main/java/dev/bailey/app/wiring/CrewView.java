package dev.bailey.app.wiring;

import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.Member;
import dev.bailey.control.state.Membership;
import dev.bailey.control.state.Membership.Ack;
import dev.bailey.control.state.NodeName;
import dev.bailey.control.state.RoutingLook;
import dev.bailey.control.state.SharedStore;
import dev.bailey.control.state.StateDb;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The nodes that carry traffic at the same time, as the shared store knows them. */
public final class CrewView {

    private CrewView() {}

    /**
     * A node.
     *
     * @param left how long it may still be taken for alive
     * @param behind records that it has not acknowledged
     */
    public record Row(String origin, boolean leads, String clients, String admin, String left, List<String> behind) {
        public Row {
            behind = List.copyOf(behind);
        }
    }

    /** @throws RuntimeException with a message for the user when the store cannot be asked */
    public static List<Row> rows(MigrationSpec spec) {
        SharedStore store = store(spec);
        try (StateDb db = StateDb.open(store, Fence.none());
                Membership.Observer observer = Membership.observe(store)) {
            RoutingLook look = RoutingLook.at(db);
            List<Row> rows = new ArrayList<>();
            for (Member member : observer.members()) {
                rows.add(new Row(
                        member.origin(),
                        member.leads(),
                        member.url(),
                        member.admin(),
                        member.left().toMillis() + " ms",
                        member.leads() ? List.of() : behind(observer, member, look)));
            }
            return rows;
        }
    }

    private static List<String> behind(Membership.Observer observer, Member member, RoutingLook look) {
        List<String> behind = new ArrayList<>();
        for (SliceState state : look.inForce()) {
            if (observer.missing(state.slice(), Ack.SETTLED, state.epoch()).contains(member.origin())) {
                behind.add("epoch " + state.epoch() + " of slice " + state.slice());
            }
        }
        for (SliceState state : look.prepared()) {
            if (observer.missing(state.slice(), Ack.HELD, state.epoch()).contains(member.origin())) {
                behind.add("the prepared epoch " + state.epoch() + " of slice " + state.slice());
            }
        }
        return behind;
    }

    /** Expels a node on an operator's word; false when none of that name carries traffic. */
    public static boolean remove(MigrationSpec spec, String node, String reason) {
        SharedStore store = store(spec);
        try (StateDb db = StateDb.open(store, Fence.none());
                Membership.Observer observer = Membership.observe(store)) {
            Debts debts = new Debts(db);
            for (SliceSpec slice : spec.slices()) {
                if (slice.hasState() && slice.writes().onJournalFull() == WritesSpec.OnJournalFull.DEGRADE) {
                    debts.owe(
                            slice.name(),
                            Clock.systemUTC()
                                    .instant()
                                    .plus(slice.limits().timeout().multipliedBy(3)),
                            "node " + node + " was removed (" + reason + "), and may have written without the journal");
                }
            }
            return observer.remove(new NodeName(node));
        }
    }

    private static SharedStore store(MigrationSpec spec) {
        return new SharedStore(spec.store(), SharedStore.schemaOf(spec.migration()));
    }
}
