package dev.bailey.simulation;

import dev.bailey.control.state.SimulatedStore;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StateException;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.sqlite.SimulatedDisk;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of one world: its faults and its writes, then peace, then a look at what is left. */
final class Simulation {

    private static final long MOST_STEPS = 2_000_000;
    private static final Duration LONGEST_PEACE = Duration.ofMinutes(1);

    private final World world;
    private final List<Client> clients = new ArrayList<>();
    private final Operator operator;
    private final List<String> entities;
    private int lives;
    private boolean ended;

    private Simulation(World world) {
        this.world = world;
        this.operator = new Operator(world);
        this.entities = Client.entities(world);
    }

    /**
     * How a run ended.
     *
     * @param invariant the one that was broken; empty when none was
     * @param hash the same for the same trace
     */
    record Result(
            long seed, Optional<String> violation, String invariant, long hash, Counts counts, List<String> trace) {}

    static Result run(long seed, SimulatedDisk disk, StateDb state) {
        return run(seed, new World(seed, disk, state));
    }

    /** The same among several nodes. */
    static Result run(long seed, Crewing crewing) {
        World world = new World(seed, crewing);
        crewing.server().begin(world.machine()::now);
        return run(seed, world);
    }

    private static Result run(long seed, World world) {
        Simulation simulation = new Simulation(world);
        @Nullable Violation violation;
        try {
            simulation.run();
            violation = world.violation();
        } catch (RuntimeException e) {
            violation = new Violation("TheSimulatorItself", String.valueOf(e));
            violation.initCause(e);
        } finally {
            world.disk().processDied();
        }
        return new Result(
                seed,
                Optional.ofNullable(violation).map(Throwable::getMessage),
                violation == null ? "" : violation.invariant(),
                world.machine().trace().hash(),
                counts(world, simulation),
                world.machine().trace().lines());
    }

    private static Counts counts(World world, Simulation simulation) {
        Counts counts = world.counts();
        counts.steps = world.machine().steps();
        counts.lives = simulation.lives;
        counts.simulatedMillis = world.machine().now() / 1_000_000;
        return counts;
    }

    private void run() {
        begin();
        for (long step = 0; !ended && world.violation() == null; step++) {
            if (step > MOST_STEPS) {
                throw new IllegalStateException("no end after " + MOST_STEPS + " steps");
            }
            if (!world.machine().step()) {
                throw new IllegalStateException("nothing is left that could ever happen");
            }
        }
    }

    private void begin() {
        Choices choices = world.choices();
        SliceRecords before = new SliceRecords(world.state(), world::published);
        before.load(List.of(World.SLICE), world.life().instant());
        SliceState first = before.standing(World.SLICE).state();
        if (choices.phase() != first.phase()) {
            before.move(Node.transition(
                    world.life(),
                    first,
                    new SliceState(World.SLICE, choices.phase(), choices.ramp(), Set.of(), first.epoch()),
                    "begin"));
        }
        for (int i = 0; i < choices.clients(); i++) {
            Client client = new Client(world, Character.toString('a' + i), entities);
            clients.add(client);
            world.life().start(client::run);
        }
        world.life().start(operator::run);
        for (int i = 0; i < choices.outages(); i++) {
            Side side = Side.values()[world.random().nextInt(2)];
            long at = world.random().nextLong(world.millis(1_500));
            long time = world.random().nextLong(world.millis(1_500));
            world.life().after(Duration.ofNanos(at), () -> world.faults().away(side, time));
        }
        if (world.isCrew()) {
            for (int place = 0; place < world.crewing().places(); place++) {
                liveAt(place);
            }
            world.crewFaults().begin();
        } else {
            live();
        }
        world.life().start(this::end);
    }

    /** Starts a process; when it dies, the next one. */
    private void live() {
        Life life = new Life(world.machine(), "node" + ++lives);
        world.machine().say("node" + lives + " starts");
        life.onDeath(() -> {
            Node dead = world.node();
            world.node(null);
            world.disk().processDied();
            if (dead != null) {
                world.tell(invariant -> invariant.died(dead));
            }
            world.life().after(Duration.ofNanos(world.random().nextLong(world.millis(300))), this::live);
        });
        String name = "node" + lives;
        life.start(() -> {
            try {
                world.node(LoneNode.open(world, life, name));
            } catch (RuntimeException e) {
                world.broken("TheNodeStarts", name + " does not start: " + e);
            }
        });
    }

    /** Starts a process in one of several places; when it dies, the next one. */
    private void liveAt(int place) {
        String name = "n" + (place + 1);
        Life life = new Life(world.machine(), name + "." + ++lives);
        world.crewFaults().lives(place, life);
        SimulatedStore store = new SimulatedStore(world.crewing().server(), new StoreWay(world, life, place));
        world.machine().say(life.name() + " starts");
        life.onDeath(() -> {
            Node dead = world.crewing().gone(place);
            if (world.faults().next(2) == 0) {
                store.died(); // else its machine went with it, and the store notices later
            }
            if (dead != null) {
                world.tell(invariant -> invariant.died(dead));
            }
            long after = world.random().nextLong(world.millis(world.random().nextInt(3) == 0 ? 5_000 : 300));
            world.life().after(Duration.ofNanos(after), () -> liveAt(place));
        });
        life.start(() -> {
            try {
                world.crewing()
                        .serves(
                                place,
                                CrewNode.join(
                                        world,
                                        life,
                                        name,
                                        store,
                                        world.crewing().disk(place)));
                world.machine().say(life.name() + " serves");
            } catch (StateException | JournalException away) {
                life.end(": " + away.getMessage());
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            } catch (RuntimeException e) {
                world.broken("TheNodeStarts", life.name() + " does not start: " + e);
            }
        });
    }

    /** Waits for the clients, then for peace; then everything must hold. */
    private void end() {
        try {
            while (!operator.isDone() || !clients.stream().allMatch(Client::isDone)) {
                world.life().sleep(Duration.ofMillis(50));
            }
            world.faults().stop();
            world.machine().say("nothing goes wrong from here on");
            operator.settle();
            awaitPeace();
            world.tell(Invariant::atRest);
            Client last = new Client(world, "z", entities);
            last.askAgain();
            last.writeEach();
            awaitPeace();
            world.tell(Invariant::atRest);
            ended = true;
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void awaitPeace() throws InterruptedException {
        long until = world.machine().now() + LONGEST_PEACE.toNanos();
        int quiet = 0;
        // A node counts what others have written every second.
        while (quiet < (world.isCrew() ? 15 : 2)) {
            world.life().sleep(Duration.ofMillis(100));
            Node node = world.node();
            if (node != null
                    && (!world.isCrew() || world.crewing().isWhole(world.machine()))
                    && node.isQuiet()
                    && world.underWay() == 0
                    && world.debts().isEmpty()) {
                quiet++;
                continue;
            }
            quiet = 0;
            if (world.isCrew()
                    && world.machine().now() > until
                    && !world.crewing().isWhole(world.machine())) {
                world.broken("EverybodyServes", "not everybody serves, or nobody leads, long after the last fault");
                return;
            }
            if (node != null && world.machine().now() > until) {
                world.broken(
                        "EverythingIsDelivered",
                        "after " + LONGEST_PEACE.toSeconds() + " s without faults: "
                                + node.journal().stats(World.SLICE) + ", debts " + world.debts());
                return;
            }
            if (node != null) {
                operator.unpark(node);
                if (!world.debts().isEmpty() && node.isQuiet()) {
                    operator.reconcile(node);
                }
            }
        }
    }
}
