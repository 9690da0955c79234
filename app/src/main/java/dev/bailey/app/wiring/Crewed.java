package dev.bailey.app.wiring;

import dev.bailey.control.api.AdminServer;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.MemberTraffic;
import dev.bailey.control.state.StateDb;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.MigrationSpec;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Follows what another node of the crew decides, until it leads itself. */
final class Crewed implements Bailey.Deciding {

    private final Crew crew;
    private final Parts parts;
    private final Supplier<Bailey.Decider> decides;
    private final Function<Bailey.Decider, AdminServer> shows;
    private final AtomicReference<@Nullable FollowerDoor> door = new AtomicReference<>();
    private final AtomicReference<@Nullable AdminServer> admin = new AtomicReference<>();
    private final Duty duty;
    private final CrewTraffic traffic;

    /** What it works with. */
    record Parts(
            MigrationSpec spec,
            DualWrite writes,
            GroupJournal journal,
            StateDb state,
            Debts debts,
            SnapshotHolder snapshots,
            Consumer<SliceState> publish,
            PrometheusMeterRegistry meters,
            InstantSource clock) {}

    private Crewed(
            Crew crew,
            CrewTraffic traffic,
            Parts parts,
            Supplier<Bailey.Decider> decides,
            Function<Bailey.Decider, AdminServer> shows) {
        this.traffic = traffic;
        this.crew = crew;
        this.parts = parts;
        this.decides = decides;
        this.shows = shows;
        Following following = new Following(
                parts.state(),
                parts.snapshots(),
                parts.publish(),
                parts.writes(),
                crew.membership(),
                parts.debts(),
                crew.clockwork());
        this.duty =
                new Duty(crew, following, parts.writes(), parts.journal(), this::lead, parts.debts(), crew.clockwork());
        Gauge.builder("bailey.nodes.leads", duty, does -> does.leads() ? 1 : 0)
                .description("whether this node leads")
                .register(parts.meters());
        Gauge.builder(
                        "bailey.nodes.partitions",
                        parts.writes(),
                        writes -> writes.partitions().held().size())
                .description("how many of the parts of all entities this node delivers")
                .register(parts.meters());
        Gauge.builder(
                        "bailey.nodes.feed.age",
                        parts.writes(),
                        writes -> writes.sightAge().toMillis() / 1_000.0)
                .description("how old what is known of the other nodes' writes may be")
                .baseUnit("seconds")
                .register(parts.meters());
    }

    static Crewed of(
            Crew crew,
            Consumer<CrewTraffic> pump,
            Parts parts,
            Supplier<Bailey.Decider> decides,
            Function<Bailey.Decider, AdminServer> shows,
            StandingParts front) {
        StateDb unfenced = front.add(StateDb.open(crew.store(), Fence.none()));
        CrewTraffic traffic = new CrewTraffic(new MemberTraffic(unfenced));
        Crewed crewed = new Crewed(crew, traffic, parts, decides, shows);
        front.add(crewed.duty);
        pump.accept(traffic);
        front.add(crewed::closeDoor);
        return crewed;
    }

    @Override
    public void begin() {
        if (!crew.hasLead()) {
            door.set(FollowerDoor.open(
                    parts.spec().admin(),
                    parts.meters()::scrape,
                    () -> crew.leader().orElse("nobody leads at this moment")));
        }
        duty.start();
    }

    private void lead() {
        closeDoor();
        Bailey.Decider decider = decides.get();
        traffic.lead(decider.control().measurements());
        admin.set(shows.apply(decider));
        decider.control().start();
    }

    private void closeDoor() {
        FollowerDoor open = door.getAndSet(null);
        if (open != null) {
            open.close();
        }
    }

    boolean leads() {
        return duty.leads();
    }

    @Override
    public String adminUrl() {
        AdminServer own = admin.get();
        FollowerDoor open = door.get();
        return own != null
                ? own.url()
                : open != null ? open.url() : "http://" + parts.spec().admin();
    }
}
