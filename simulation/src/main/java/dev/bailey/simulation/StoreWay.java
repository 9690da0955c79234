package dev.bailey.simulation;

import dev.bailey.control.state.Way;
import java.sql.SQLException;
import java.time.Duration;

/** The way of one process to the shared store: it takes time, and is cut now and then. */
final class StoreWay implements Way {

    private static final int NOWHERE = -1;

    private final World world;
    private final Life life;
    private final int place;

    StoreWay(World world, Life life, int place) {
        this.world = world;
        this.life = life;
        this.place = place;
    }

    /** Of one who is there. */
    static Way none(World world) {
        return new StoreWay(world, world.life(), NOWHERE);
    }

    @Override
    public void travel() throws SQLException {
        if (place == NOWHERE) {
            return;
        }
        life.restOn(world.faults().between(world.millis(1) / 10, world.millis(5)));
        if (world.faults().areOn()
                && world.crewing().isCut(place, world.machine().now())) {
            if (world.faults().next(2) == 0) {
                life.restOn(world.faults().between(world.millis(1), world.millis(400)));
            }
            throw Way.cut();
        }
        life.stopHere();
    }

    @Override
    public void sleep(Duration time) {
        life.restOn(time.toNanos());
    }

    @Override
    public boolean arrivesLate(Runnable arrival) {
        boolean arrives = world.faults().next(2) == 0;
        if (arrives) {
            world.machine().alarm(world.life(), world.faults().between(world.millis(1), world.millis(300)), arrival);
        }
        return arrives;
    }
}
