package dev.bailey.app.wiring;

import dev.bailey.control.access.LocalToken;
import dev.bailey.control.access.Tokens;
import dev.bailey.control.api.AdminConfig;
import dev.bailey.control.api.AdminParts;
import dev.bailey.control.api.AdminServer;
import dev.bailey.control.api.ControlOverview;
import dev.bailey.control.api.Narrator;
import dev.bailey.control.approval.ApprovalDesk;
import dev.bailey.control.approval.GuardedCommands;
import dev.bailey.control.audit.AuditTrail;
import dev.bailey.control.orchestrate.ControlPlane;
import dev.bailey.control.orchestrate.ControlSettings;
import dev.bailey.control.state.ApprovalTable;
import dev.bailey.control.state.AuditTable;
import dev.bailey.control.state.BackfillParts;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.TokenTable;
import dev.bailey.datasync.DataPlane;
import dev.bailey.datasync.DataPorts;
import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.feed.run.ChangeFeeds;
import dev.bailey.gateway.Gateway;
import dev.bailey.gateway.GatewayConfig;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.dualwrite.DualWriteConfig;
import dev.bailey.gateway.dualwrite.KeyedWrites;
import dev.bailey.gateway.dualwrite.Scheduler;
import dev.bailey.gateway.proxy.Explainer;
import dev.bailey.gateway.proxy.JsonataTranslator;
import dev.bailey.gateway.shadow.Shadower;
import dev.bailey.gateway.upstream.HttpSideClient;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.WriteAuthority;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bailey as one process: everything opened and joined here, and nowhere else. */
public final class Bailey implements AutoCloseable {

    public static final String VERSION = "0.1.0";

    private static final Logger LOG = LoggerFactory.getLogger(Bailey.class);
    private static final int DELIVERY_CONNECTIONS = 64;
    private static final int SHADOW_CONNECTIONS = 64;

    private final Parts parts;
    private final DualWrite writes;
    private final Deciding deciding;
    private final Gateway gateway;
    private final MigrationSpec spec;
    private final Reopening reopening;

    private Bailey(
            Parts parts,
            DualWrite writes,
            Deciding deciding,
            Gateway gateway,
            MigrationSpec spec,
            Reopening reopening) {
        this.reopening = reopening;
        this.parts = parts;
        this.writes = writes;
        this.deciding = deciding;
        this.gateway = gateway;
        this.spec = spec;
    }

    /** What decides here, or follows what another node decides. */
    interface Deciding {
        void begin();

        String adminUrl();
    }

    /**
     * How a Bailey starts.
     *
     * @param token of the relay; null where it takes nobody's place
     * @param rehearses whether it is opened only to be closed: nobody is to connect to it
     * @param tenancy of a shared store; null where the store is this process's own
     * @param crew of nodes that carry traffic at the same time; null where one does
     */
    private record Standing(
            @Nullable String token,
            boolean rehearses,
            @Nullable Tenancy tenancy,
            @Nullable Crew crew) {
        static final Standing REHEARSAL = new Standing("rehearsal", true, null, null);
    }

    /** Opens the same migration once more, as it is in force. */
    @FunctionalInterface
    private interface Reopening {
        Bailey with(String token);
    }

    /** What decides, and what it hears of changes past the gateway. */
    record Decider(ControlPlane control, ChangeFeeds feeds) {}

    /** Decides from the start. */
    private record Alone(ControlPlane control, AdminServer admin) implements Deciding {
        @Override
        public void begin() {
            control.start();
        }

        @Override
        public String adminUrl() {
            return admin.url();
        }
    }

    /**
     * What is open.
     *
     * @param store needs the data folder
     * @param traffic carries requests, and can do so for a while without the data folder
     * @param front shows and commands
     */
    private record Parts(StandingParts store, StandingParts traffic, StandingParts front) {
        Parts() {
            this(new StandingParts(), new StandingParts(), new StandingParts());
        }

        void close() {
            front.close();
            traffic.close();
            store.close();
        }
    }

    /** With a store of its own, in the data folder. */
    public static Bailey start(MigrationSpec spec, Path file, String text, Path dataFolder, ControlSettings settings) {
        return start(spec, file, text, dataFolder, settings, null);
    }

    /**
     * Opens the data folder, takes up everything where it stood, and serves.
     *
     * @param file where the migration came from
     * @param text what the file said, secrets not resolved
     * @param tenancy of the shared store, whose turn it is and which is closed with the Bailey; null where the store is its own
     * @throws RuntimeException with a message for the user when a port is taken, the folder is in use or a file cannot be read
     */
    public static Bailey start(
            MigrationSpec spec,
            Path file,
            String text,
            Path dataFolder,
            ControlSettings settings,
            @Nullable Tenancy tenancy) {
        Bailey bailey = open(spec, file, text, dataFolder, settings, new Standing(null, false, tenancy, null));
        bailey.begin();
        return bailey;
    }

    /**
     * The same as one of several nodes that carry traffic at the same time.
     *
     * @param crew which this life has joined, and which is closed with the Bailey
     */
    public static Bailey startAmongOthers(
            MigrationSpec spec, Path file, String text, Path dataFolder, ControlSettings settings, Crew crew) {
        Bailey bailey = open(spec, file, text, dataFolder, settings, new Standing(null, false, null, crew));
        bailey.begin();
        return bailey;
    }

    /**
     * The same in place of another Bailey, which has given up the data folder: serves what that one passes on to
     * {@link #relayAddress}, and leaves all else for {@link #begin}.
     *
     * @param token what the other one shows
     */
    public static Bailey succeed(
            MigrationSpec spec, Path file, String text, Path dataFolder, ControlSettings settings, String token) {
        return open(spec, file, text, dataFolder, settings, new Standing(token, false, null, null));
    }

    /**
     * Opens the migration over an empty data folder, at no port of its own, and closes it: what fails without the real folder
     * fails here, and what takes long the first time is done.
     *
     * @throws RuntimeException with a message for the user
     */
    public static void rehearse(MigrationSpec spec, Path file, String text, ControlSettings settings) {
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("bailey-rehearsal-");
            open(spec, file, text, scratch, settings, Standing.REHEARSAL).abandon();
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for temporary files can be had: " + e.getMessage(), e);
        } finally {
            delete(scratch);
        }
    }

    private static void delete(@Nullable Path scratch) {
        if (scratch == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(scratch)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException leftOver) {
            LOG.debug("left over: {}", scratch, leftOver);
        }
    }

    private static Bailey open(
            MigrationSpec spec, Path file, String text, Path dataFolder, ControlSettings settings, Standing standing) {
        Parts parts = new Parts();
        try {
            return join(spec, file, text, dataFolder, settings, standing, parts);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** Takes clients, and decides what is due. */
    public void begin() {
        deciding.begin();
        gateway.accept();
    }

    private static Bailey join(
            MigrationSpec spec,
            Path file,
            String text,
            Path dataFolder,
            ControlSettings settings,
            Standing standing,
            Parts parts) {
        String token = standing.token();
        StandingParts store = parts.store();
        StandingParts traffic = parts.traffic();
        Clock clock = Clock.systemUTC();
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        SecureRandom secrets = new SecureRandom();
        RecordIds ids = new RecordIds(clock);
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        createFolder(dataFolder);

        // What is durable.
        Durable durable = Durable.open(spec, dataFolder, standing.tenancy(), standing.crew(), clock, secrets, store);
        GroupJournal journal = durable.journal();
        StateDb state = durable.state();
        Debts debts = durable.debts();

        // The two stores, and the way of writes between them.
        // Writes of unknown fate are taken up as soon as the write path is open: who owns their entities must be known
        // by then.
        SnapshotHolder snapshots = new SnapshotHolder(Snapshot.of(spec, ControlPlane.stored(state)));
        WritesUnderWay underWay = new WritesUnderWay();
        DeliveryExclusion exclusion = new DeliveryExclusion(
                () -> durable.lease().valid(DualWrite.leaseNeeded(spec)).isPresent());
        DataPlane data = store.add(DataPlane.open(
                spec,
                new DataPorts(
                        JobMemory.ofJobs(new dev.bailey.control.state.Progress(state)),
                        underWay,
                        exclusion,
                        (slice, key) -> authority(snapshots.get(), slice, key),
                        underWay,
                        clock,
                        System::nanoTime,
                        ids::text,
                        dataFolder.resolve("replay"),
                        board(standing.crew(), state, store))));
        JsonataTranslator translator = JsonataTranslator.of(spec);
        HttpSideClient delivery = store.add(HttpSideClient.open(spec, folderOf(file), DELIVERY_CONNECTIONS));
        Scheduler scheduler = Scheduler.system();
        DualWriteConfig ofWrites = new DualWriteConfig(
                snapshots,
                journal,
                delivery,
                translator,
                new RefresherAdapter(data),
                new DebtBook(debts),
                spec.gateway(),
                ids::record,
                clock,
                random,
                durable.lease(),
                meters);
        DualWrite writes = store.add(
                durable.sharing().isEmpty()
                        ? DualWrite.open(ofWrites, scheduler)
                        : DualWrite.openAmongOthers(
                                ofWrites, scheduler, durable.sharing().get()));
        KeyedWrites keyed = new KeyedWrites(writes, journal.keys(), journal, ids::record, clock, scheduler);
        underWay.open(writes);
        exclusion.open(writes);

        // Who decides.
        ApprovalDesk approvals =
                new ApprovalDesk(new ApprovalTable(state), ids::text, clock, ApprovalDesk.DEFAULT_LIFE);
        AuditTrail audit = new AuditTrail(new AuditTable(state), clock);
        Narrator narrator = new Narrator();
        ServiceHealth health = new ServiceHealth(spec, delivery);
        Crew crew = standing.crew();
        Supplier<Decider> decides = () -> {
            ChangeFeeds feeds = store.add(
                    ChangeFeeds.open(spec, data, FeedAdapter.ports(snapshots, state, debts, underWay, clock, ids)));
            FeedAdapter.measure(feeds, meters);
            // Who led before may have begun jobs, which are lost to a control plane that does not find them.
            data.recallJobs();
            WritesAdapter ownWrites = new WritesAdapter(
                    writes, journal, feeds, () -> snapshots.get().spec(), clock);
            ControlPlane opened = store.add(ControlPlane.open(
                    spec,
                    state,
                    debts,
                    new ControlPlane.Ports(
                            slice -> publish(snapshots, before -> before.with(slice)),
                            crew == null
                                    ? ownWrites
                                    : CrewWrites.of(ownWrites, CrewWrites.Others.of(crew.membership()), snapshots),
                            new DataAdapter(data),
                            health,
                            approvals::request),
                    clock,
                    System::nanoTime,
                    settings));
            // Only now is it known who owns which entity, which a repair must know before it writes.
            data.resumeInterrupted(slice -> legacyOwns(snapshots.get(), slice));
            if (!standing.rehearses()) {
                feeds.start();
            }
            return new Decider(opened, feeds);
        };
        Decider atOnce = crew == null ? decides.get() : null;

        if (!standing.rehearses()) {
            Thread.ofVirtual().name("store-check").start(() -> checkStores(spec, data));
        }

        // Who carries the traffic.
        HttpSideClient mirror = traffic.add(HttpSideClient.open(spec, folderOf(file), SHADOW_CONNECTIONS));
        Shadower shadower = traffic.add(new Shadower(mirror, translator, writes, meters, clock, random));
        shadower.apply(spec);
        GatewayConfig carries = new GatewayConfig(
                spec.listen(),
                snapshots,
                spec.gateway(),
                keyed,
                translator,
                shadower,
                meters,
                ids::text,
                clock,
                folderOf(file),
                durable.pinKey(),
                eventLoops(spec));
        Gateway gateway = traffic.add(token == null ? Gateway.start(carries) : Gateway.startBeside(carries, token));
        List<SliceName> slices = spec.slices().stream().map(SliceSpec::name).toList();

        // Who may look and command.
        LocalToken local = LocalToken.write(dataFolder, System.getProperty("user.name", "unknown"), secrets);
        AtomicReference<MigrationSpec> inForce = new AtomicReference<>(spec);
        DiffAdapter diffs = new DiffAdapter(inForce::get, shadower);
        ConfigAdapter config = new ConfigAdapter(file, text, clock);
        Function<Decider, AdminServer> shows = decider -> {
            ControlPlane control = decider.control();
            if (crew == null) {
                parts.front()
                        .add(new TrafficPump(gateway, shadower, control.measurements()::record, () -> {}, slices))
                        .start();
            }
            ControlOverview overview = new ControlOverview(
                    inForce::get,
                    control.queries(),
                    diffs,
                    audit::head,
                    crew == null ? List::of : CrewView.of(crew.membership(), snapshots, clock)::seen,
                    clock.instant(),
                    VERSION,
                    clock);
            parts.front()
                    .add(new Storyteller(control.queries(), narrator, audit))
                    .start();
            return parts.front()
                    .add(AdminServer.start(
                            AdminConfig.at(
                                    spec.admin().host(),
                                    standing.rehearses() ? 0 : spec.admin().port(),
                                    VERSION),
                            new AdminParts(
                                    new HidingCommands(
                                            inForce::get,
                                            GuardedCommands.of(
                                                    new ConfigCommands(
                                                            new ShadowCommands(control, shadower),
                                                            config,
                                                            control,
                                                            shadower,
                                                            crew == null,
                                                            durable.leaseCovers(),
                                                            next -> {
                                                                inForce.set(next);
                                                                publish(
                                                                        snapshots,
                                                                        before -> Snapshot.of(next, before.states()));
                                                            }),
                                                    audit,
                                                    approvals,
                                                    slice -> control.queries()
                                                            .slice(slice)
                                                            .map(view ->
                                                                    view.state().epoch()))),
                                    overview,
                                    new JournalAdapter(journal, inForce::get),
                                    diffs,
                                    new ExplainAdapter(snapshots, new Explainer(writes), gateway::pins),
                                    new FeedAdapter(decider.feeds(), inForce::get),
                                    new VersionsAdapter(inForce::get, gateway::versionUse, clock.instant()),
                                    config,
                                    new Tokens(new TokenTable(state), local, secrets, clock),
                                    approvals,
                                    audit,
                                    narrator,
                                    meters::scrape,
                                    Optional::empty,
                                    clock)));
        };
        Deciding deciding = atOnce != null
                ? new Alone(atOnce.control(), shows.apply(atOnce))
                : Crewed.of(
                        Objects.requireNonNull(crew),
                        carry -> parts.front()
                                .add(new TrafficPump(gateway, shadower, carry::add, carry::carry, slices))
                                .start(),
                        new Crewed.Parts(
                                spec,
                                writes,
                                journal,
                                state,
                                debts,
                                snapshots,
                                slice -> publish(snapshots, before -> before.with(slice)),
                                meters,
                                clock),
                        decides,
                        shows,
                        parts.front());
        if (crew != null) {
            parts.front().add(data.help(() -> !crew.hasLead()));
        }
        if (token != null && !standing.rehearses()) {
            gateway.listenBeside(); // last, because clients wait from now on
        }
        return new Bailey(
                parts,
                writes,
                deciding,
                gateway,
                spec,
                next -> succeed(inForce.get(), file, config.inForce(), dataFolder, settings, next));
    }

    /** Where nodes that carry traffic at the same time share the work of backfills. */
    private static Board board(@Nullable Crew crew, StateDb state, StandingParts parts) {
        if (crew == null) {
            return Board.NONE;
        }
        StateDb living = parts.add(StateDb.open(crew.store(), crew.membership().fence()));
        return new PartsBoard(
                new BackfillParts(state),
                new BackfillParts(living),
                crew.origin(),
                () -> crew.membership().members().size() - 1);
    }

    /** {@code -Dbailey.eventLoops} is for measuring; users write {@code gateway.eventLoops}. */
    private static int eventLoops(MigrationSpec spec) {
        return Integer.getInteger("bailey.eventLoops", spec.gateway().eventLoops());
    }

    /** Says at once, not at the first write, what stands in the way of using the stores. */
    private static void checkStores(MigrationSpec spec, DataPlane data) {
        spec.slices().stream()
                .filter(SliceSpec::hasState)
                .forEach(slice -> data.check(slice.name()).forEach(problem -> LOG.warn("{}", problem)));
    }

    /** Swaps the snapshot by a change of the one before; changes come from several threads. */
    private static void publish(SnapshotHolder snapshots, UnaryOperator<Snapshot> change) {
        synchronized (snapshots) {
            snapshots.set(change.apply(snapshots.get()));
        }
    }

    static Side authority(Snapshot snapshot, SliceName slice, EntityKey key) {
        return WriteAuthority.of(snapshot.spec().slice(slice).orElseThrow(), snapshot.state(slice), key);
    }

    /** Whether legacy owns all writes of a slice; not where none is declared under this name. */
    private static boolean legacyOwns(Snapshot snapshot, SliceName slice) {
        return snapshot.spec().slice(slice).isPresent()
                && snapshot.state(slice).phase().isBefore(Phase.WRITE_CUTOVER);
    }

    /** What paths in the file are relative to. */
    private static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("").toAbsolutePath() : parent;
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the data folder " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Where clients connect. */
    public HostPort gatewayAddress() {
        return gateway.address();
    }

    public String adminUrl() {
        return deciding.adminUrl();
    }

    /** Where the Bailey whose place was taken passes requests on to; only after {@link #succeed}. */
    public HostPort relayAddress() {
        return gateway.relayAddress();
    }

    /** The Bailey whose place was taken is gone. */
    public void endRelay() {
        gateway.endRelay();
    }

    /**
     * Gives up the data folder for another process. Reads go on by what is known; writes wait for {@link #passTo}. False when
     * writes under way did not end in time: then nothing has changed.
     */
    public boolean release(Duration atMost) throws InterruptedException {
        gateway.awaitSuccessor();
        if (!writes.retire(atMost)) {
            gateway.stay();
            return false;
        }
        parts.front().close();
        parts.store().close();
        return true;
    }

    /** After {@link #release}: takes the data folder again, as a successor in this process. */
    public Bailey reopen(String token) {
        return reopening.with(token);
    }

    /** After {@link #release}: every request goes there from now on. */
    public void passTo(HostPort successor, String token) {
        gateway.passTo(successor, token);
    }

    /** After {@link #passTo}: waits up to the declared time until all clients have left, and closes everything. */
    public void leave() {
        try {
            gateway.leave(spec.gateway().drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.close();
    }

    /** Closes what was opened by {@link #succeed} and has not begun: nothing was promised to anybody. */
    public void abandon() {
        parts.close();
    }

    /** How many writes wait for {@link #passTo}. */
    public int heldForSuccessor() {
        return gateway.heldForSuccessor();
    }

    /** What the data plane and this process's end are bounded by. */
    public GatewaySpec bounds() {
        return spec.gateway();
    }

    /** Stops accepting, lets requests under way end within the declared time, and closes everything. */
    @Override
    public void close() {
        try {
            gateway.drain(spec.gateway().drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.close();
    }
}
