package dev.bailey.app.demo;

import dev.bailey.app.demo.FaultPlan.Planned;
import dev.bailey.app.demo.FaultProxy.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Carries out a plan of faults: one lane for each subject, its faults one after another; every fault is undone. Where starting again takes long, the last ones of the plan fall away. */
final class FaultLanes {

    private final FaultWorld world;
    private final SliceMoves moves;
    private final FaultTimeline timeline;

    FaultLanes(FaultWorld world, SliceMoves moves, FaultTimeline timeline) {
        this.world = world;
        this.moves = moves;
        this.timeline = timeline;
    }

    /** Blocks until all faults are over; the failure of a lane is thrown when the others have ended, too. */
    void carryOut(FaultPlan plan) throws IOException, InterruptedException {
        List<Future<?>> lanes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            plan.faults().forEach((_, faults) -> lanes.add(threads.submit(() -> lane(faults, plan.length()))));
        }
        for (Future<?> lane : lanes) {
            try {
                lane.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof DemoFailure failure) {
                    throw failure;
                }
                throw new IOException("a fault could not be made or undone: " + failed.getCause(), failed.getCause());
            }
        }
    }

    private boolean lane(List<Planned> faults, Duration length) throws IOException, InterruptedException {
        for (Planned fault : faults) {
            Thread.sleep(fault.calm());
            if (timeline.sinceBegin().plus(fault.lasts()).compareTo(length) > 0) {
                break;
            }
            int number = timeline.begun(fault);
            timeline.ended(number, made(fault));
        }
        return true;
    }

    private String made(Planned fault) throws IOException, InterruptedException {
        FaultPlace place = fault.place();
        return switch (place.subject()) {
            case GATEWAY -> node(fault, world.node(1));
            case NODE -> node(fault, world.node(place.node()));
            case LEGACY -> process(fault, world.services.legacy, world.services::restartLegacy);
            case MODERN -> process(fault, world.services.modern, world.services::restartModern);
            case STORE -> store(fault, world.store());
            case CLIENTS_TO_GATEWAY,
                    CLIENTS_TO_NODE,
                    GATEWAY_TO_LEGACY,
                    GATEWAY_TO_MODERN,
                    NODE_TO_STORE,
                    NODES_TO_STORE -> link(fault, world.links.of(place));
            case SLICE -> moves.make(fault.kind());
        };
    }

    private static String store(Planned fault, FaultStore store) throws IOException, InterruptedException {
        store.kill();
        Thread.sleep(fault.lasts());
        store.restart();
        return "";
    }

    private static String node(Planned fault, FaultNode node) throws IOException, InterruptedException {
        if (fault.kind() == FaultKind.KILL) {
            node.kill();
            Thread.sleep(fault.lasts());
            node.start();
            return node.awaitUp(DemoServices.START_LIMIT)
                    ? ""
                    : "not up after " + DemoServices.START_LIMIT.toSeconds() + " s";
        }
        if (!node.pause()) {
            return "it was not running";
        }
        try {
            Thread.sleep(fault.lasts());
        } finally {
            node.goOn();
        }
        return "";
    }

    /** Starts a killed process and waits until it answers. */
    @FunctionalInterface
    private interface Restart {
        void now() throws IOException, InterruptedException;
    }

    private static String process(Planned fault, ChildProcess process, Restart restart)
            throws IOException, InterruptedException {
        if (fault.kind() == FaultKind.KILL) {
            process.kill();
            Thread.sleep(fault.lasts());
            restart.now();
            return "";
        }
        process.pause();
        try {
            Thread.sleep(fault.lasts());
        } finally {
            process.goOn();
        }
        return "";
    }

    private static String link(Planned fault, FaultProxy link) throws IOException, InterruptedException {
        Mode mode = switch (fault.kind()) {
            case DELAY -> new Mode.Delay(fault.by());
            case BLACK_HOLE, LONG_BLACK_HOLE -> new Mode.BlackHole();
            case CUT_AFTER_REQUEST -> new Mode.CutAfterRequest();
            case REFUSE -> new Mode.Refuse();
            case CUT, KILL, PAUSE, LONG_PAUSE, FORWARD, BACK, RECONCILE -> new Mode.Pass();
        };
        if (fault.kind() == FaultKind.CUT) {
            int open = link.openConnections();
            link.cut();
            return open + " connections";
        }
        long before = link.answersCut();
        link.mode(mode);
        try {
            Thread.sleep(fault.lasts());
        } finally {
            link.mode(new Mode.Pass());
        }
        long answers = link.answersCut() - before;
        return answers == 0 ? "" : answers + " answers lost";
    }
}
