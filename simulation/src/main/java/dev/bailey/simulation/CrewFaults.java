package dev.bailey.simulation;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What happens to nodes beside what happens to any process: one is killed, stands still, or is cut from the store, and the store
 * from all. Each is left out of half of the worlds.
 */
final class CrewFaults {

    private static final long WITHIN_MS = 9_000;
    private static final long LONGEST_MS = 6_000;

    private final World world;
    private final SplittableRandom random;
    private final Map<Integer, Life> lives = new TreeMap<>();
    private final int kills;
    private final int stops;
    private final int pauses;
    private final int cuts;

    CrewFaults(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
        this.kills = sometimes(2);
        this.pauses = sometimes(3);
        this.cuts = sometimes(3);
        this.stops = sometimes(2);
    }

    private int sometimes(int most) {
        return random.nextBoolean() ? 0 : 1 + random.nextInt(most);
    }

    void lives(int place, Life life) {
        lives.put(place, life);
    }

    void begin() {
        world.machine().say(kills + " kills, " + stops + " stops, " + pauses + " pauses, " + cuts + " cuts");
        for (int i = 0; i < kills; i++) {
            at(() -> kill(random.nextInt(lives.size())));
        }
        for (int i = 0; i < stops; i++) {
            at(() -> stop(random.nextInt(world.crewing().places())));
        }
        for (int i = 0; i < pauses; i++) {
            int place = random.nextInt(world.crewing().places());
            long millis = length();
            at(() -> pause(place, millis));
        }
        for (int i = 0; i < cuts; i++) {
            int place = random.nextInt(world.crewing().places() + 1);
            long millis = length();
            at(() -> cut(place, millis));
        }
    }

    private void at(Runnable fault) {
        Duration when = Duration.ofMillis(500 + random.nextLong(WITHIN_MS));
        world.machine().alarm(world.life(), when.toNanos(), () -> {
            if (world.faults().areOn()) {
                fault.run();
            }
        });
    }

    private long length() {
        return random.nextBoolean() ? 20 + random.nextLong(700) : random.nextLong(LONGEST_MS);
    }

    private void kill(int place) {
        Life life = lives.get(place);
        if (life != null && !world.machine().isFrozen(life)) {
            life.end("by a kill");
        }
    }

    /** A node is told to end: it takes no more writes, gives those under way a moment, and leaves. */
    private void stop(int place) {
        Life life = lives.get(place);
        if (life != null && !world.machine().isFrozen(life) && world.crewing().node(place) instanceof CrewNode node) {
            world.counts().stops++;
            world.machine().say(life.name() + " stops in order");
            world.crewing().leaves(node);
            Duration drain = Duration.ofMillis(random.nextLong(300));
            life.start(() -> node.leave(drain));
        }
    }

    /**
     * A process stands still while all its threads wait: so never between its look at the lease and the send, of which nothing is
     * promised when it lasts for longer than the lease.
     */
    private void pause(int place, long millis) {
        Life life = lives.get(place);
        if (life == null || life.isOver()) {
            return;
        }
        if (!world.machine().isIdle(life)) {
            world.machine().alarm(world.life(), world.millis(1) / 20, () -> pause(place, millis));
            return;
        }
        world.counts().pauses++;
        world.machine().say(life.name() + " stands still for " + millis + " ms");
        world.machine().freeze(life, world.life(), world.millis(millis));
    }

    private void cut(int place, long millis) {
        long until = world.machine().now() + world.millis(millis);
        boolean ofAll = place == world.crewing().places();
        world.counts().cuts++;
        world.machine()
                .say((ofAll ? "the store" : "the way of place " + place + " to the store") + " is cut for " + millis
                        + " ms");
        for (int i = 0; i < world.crewing().places(); i++) {
            if (ofAll || i == place) {
                world.crewing().cut(i, until);
            }
        }
    }
}
