package dev.bailey.app.wiring;

import dev.bailey.control.api.StatusView.Node;
import dev.bailey.control.api.StatusView.Presence;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.Member;
import dev.bailey.control.state.Membership;
import dev.bailey.control.state.NodeName;
import dev.bailey.control.state.RoutingLook;
import dev.bailey.control.state.SharedStore;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StateException;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes that carry traffic at the same time, as the shared store knows them. */
public final class CrewView {

    private static final Logger LOG = LoggerFactory.getLogger(CrewView.class);

    private final Supplier<List<Node>> asked;
    private volatile List<Node> last = List.of();

    private CrewView(Supplier<List<Node>> asked) {
        this.asked = asked;
    }

    /** As the node sees them that leads. */
    static CrewView of(Membership membership, Supplier<Snapshot> current, InstantSource clock) {
        return new CrewView(() -> nodes(
                membership.known(),
                membership.followed(),
                membership.delivered(),
                current.get().states(),
                clock.instant()));
    }

    /** The nodes; as they were last seen while the store is away. */
    List<Node> seen() {
        try {
            last = asked.get();
        } catch (StateException away) {
            LOG.debug("the nodes are shown as they were last seen", away);
        }
        return last;
    }

    /**
     * Asks the store itself.
     *
     * @throws RuntimeException with a message for the user when the store cannot be asked
     */
    public static List<Node> ask(MigrationSpec spec) {
        SharedStore store = store(spec);
        try (StateDb db = StateDb.open(store, Fence.none());
                Membership.Observer observer = Membership.observe(store)) {
            return nodes(
                    observer.known(),
                    observer.followed(),
                    observer.delivered(),
                    RoutingLook.at(db).inForce(),
                    Clock.systemUTC().instant());
        }
    }

    private static List<Node> nodes(
            List<Member> members,
            Map<String, Map<SliceName, Epoch>> followed,
            Map<String, Integer> delivered,
            Collection<SliceState> inForce,
            Instant now) {
        return members.stream()
                .map(member -> node(
                        member,
                        followed.getOrDefault(member.origin(), Map.of()),
                        delivered.getOrDefault(member.origin(), 0),
                        inForce,
                        now))
                .toList();
    }

    private static Node node(
            Member member,
            Map<SliceName, Epoch> followed,
            int partitions,
            Collection<SliceState> inForce,
            Instant now) {
        Presence presence = member.expelled()
                ? member.mayWrite() ? Presence.UNHEARD : Presence.GONE
                : member.left().isNegative() ? Presence.LATE : Presence.ALIVE;
        boolean leads = member.leads() && !member.expelled();
        Map<String, Long> epochs = new TreeMap<>();
        List<String> behind = new ArrayList<>();
        for (SliceState state : inForce) {
            long followedTo = leads
                    ? state.epoch().value()
                    : Optional.ofNullable(followed.get(state.slice()))
                            .map(Epoch::value)
                            .orElse(0L);
            epochs.put(state.slice().value(), followedTo);
            if (followedTo < state.epoch().value() && !member.expelled()) {
                behind.add(state.slice().value());
            }
        }
        return new Node(
                member.origin(),
                presence,
                leads,
                partitions,
                member.url(),
                member.admin(),
                presence == Presence.ALIVE ? member.joined() : now.plus(member.left()),
                Math.max(0, member.left().toMillis()),
                epochs,
                behind);
    }

    /** Expels a node on an operator's word; false when none of that name carries traffic. */
    public static boolean remove(MigrationSpec spec, String node, String reason) {
        SharedStore store = store(spec);
        try (StateDb db = StateDb.open(store, Fence.none());
                Membership.Observer observer = Membership.observe(store)) {
            Debts debts = new Debts(db);
            Set<SliceName> keepsGap = RoutingLook.at(db).inForce().stream()
                    .filter(state -> state.phase() == Phase.LEGACY_OFF)
                    .map(SliceState::slice)
                    .collect(Collectors.toSet());
            for (SliceSpec slice : spec.slices()) {
                boolean mayOwe = slice.writes().onJournalFull() == WritesSpec.OnJournalFull.DEGRADE
                        || keepsGap.contains(slice.name());
                if (slice.hasState() && mayOwe) {
                    debts.owe(
                            slice.name(),
                            Clock.systemUTC()
                                    .instant()
                                    .plus(slice.limits().timeout().multipliedBy(3)),
                            "node " + node + " was removed (" + reason + "), and may have written without the journal");
                }
            }
            return observer.remove(new NodeName(node), Tenancy.coveredBy(Tenancy.lengthOf(spec)));
        }
    }

    private static SharedStore store(MigrationSpec spec) {
        return new SharedStore(spec.store(), SharedStore.schemaOf(spec.migration()));
    }
}
