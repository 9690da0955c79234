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

    private final DemoWorld world;
    private final FaultLinks links;
    private final SliceMoves moves;
    private final FaultTimeline timeline;

    FaultLanes(DemoWorld world, FaultLinks links, SliceMoves moves, FaultTimeline timeline) {
        this.world = world;
        this.links = links;
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
        return switch (fault.subject()) {
            case GATEWAY -> process(fault, world.gateway, world::restartGateway);
            case LEGACY -> process(fault, world.legacy, world::restartLegacy);
            case MODERN -> process(fault, world.modern, world::restartModern);
            case CLIENTS_TO_GATEWAY, GATEWAY_TO_LEGACY, GATEWAY_TO_MODERN -> link(fault, links.of(fault.subject()));
            case SLICE -> moves.make(fault.kind());
        };
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
            case BLACK_HOLE -> new Mode.BlackHole();
            case CUT_AFTER_REQUEST -> new Mode.CutAfterRequest();
            case REFUSE -> new Mode.Refuse();
            case CUT, KILL, PAUSE, FORWARD, BACK, RECONCILE -> new Mode.Pass();
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
