package dev.bailey.control.api;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Where the whole migration stands.
 *
 * @param daysLeft whole days until the deadline; negative when it is over
 * @param version of Bailey
 * @param listen where the data plane listens
 * @param at when these figures were taken
 * @param jobs that run now, and those that ended lately
 * @param nodes that carry traffic over the shared store; none where one does
 * @param message the whole standing in one sentence
 */
public record StatusView(
        String migration,
        String owner,
        LocalDate finishBy,
        long daysLeft,
        String version,
        Instant startedAt,
        long uptimeSeconds,
        String listen,
        Instant at,
        List<Slice> slices,
        List<JobView> jobs,
        List<Node> nodes,
        String message) {

    public StatusView {
        slices = List.copyOf(slices);
        jobs = List.copyOf(jobs);
        nodes = List.copyOf(nodes);
    }

    /** The same without what changes because time goes by. */
    StatusView withoutTime() {
        return new StatusView(
                migration,
                owner,
                finishBy,
                daysLeft,
                version,
                startedAt,
                0,
                listen,
                Instant.EPOCH,
                slices,
                jobs,
                nodes.stream().map(Node::withoutTime).toList(),
                message);
    }

    /** Whether a node is there. */
    public enum Presence {
        /** It carries traffic. */
        ALIVE,
        /** Its time is over: it writes nothing that is journalled, and is expelled soon unless it comes back first. */
        LATE,
        /** It was expelled, and nobody knows whether it has ended: it may write what needs no shared store. */
        UNHEARD,
        /** It has left, or was expelled. */
        GONE
    }

    /**
     * One of several nodes that carry traffic at the same time, as the shared store knows it.
     *
     * @param name with the number of its life, such as {@code gateway-1#3}
     * @param leads whether it decides
     * @param partitions how many of the parts of all entities it delivers to their other side
     * @param clients address of its port for clients
     * @param admin address of its admin port
     * @param since when it began, or when its time was over
     * @param leaseMs how long its time still lasts
     * @param epochs of each slice, the last one it has followed
     * @param behind the slices whose record it has not followed yet
     */
    public record Node(
            String name,
            Presence presence,
            boolean leads,
            int partitions,
            String clients,
            String admin,
            Instant since,
            long leaseMs,
            Map<String, Long> epochs,
            List<String> behind) {

        public Node {
            epochs = Map.copyOf(epochs);
            behind = List.copyOf(behind);
        }

        private Node withoutTime() {
            return new Node(name, presence, leads, partitions, clients, admin, Instant.EPOCH, 0, epochs, behind);
        }
    }

    /**
     * One slice.
     *
     * @param path the phases this slice walks, in order
     * @param ramp as a person writes it, such as {@code 12.5%}
     * @param rampHundredths the same in hundredths of a percent, 0 to 10,000
     * @param cohorts that are across besides the ramp
     * @param since when it entered the phase and ramp
     * @param held why the watch keeps its hands off (or stopped it); absent when it is not held
     * @param stepSince when it came to its present ramp
     * @param undo the phase one step back would lead to
     * @param debts full reconciles the slice owes
     * @param safeSide the side the kill switch sends everything to
     * @param pending a step on its way right now
     * @param next the next step; absent at the end of the path
     * @param differenceRate share of compared answers with a disallowed difference, 0 to 1; absent without comparisons
     * @param compared answers compared
     * @param lost comparisons that could not be made, by cause
     * @param divergences open ones: confirmed and not mended
     * @param message the slice's standing in one sentence
     */
    public record Slice(
            String name,
            SliceKind kind,
            Phase phase,
            int phaseNumber,
            List<Phase> path,
            String ramp,
            int rampHundredths,
            List<String> cohorts,
            long epoch,
            Instant since,
            Instant stepSince,
            Optional<String> held,
            Side safeSide,
            Optional<Pending> pending,
            Optional<Next> next,
            Optional<Phase> undo,
            FlagSet flags,
            Live live,
            OptionalDouble differenceRate,
            long compared,
            Map<String, Long> lost,
            OptionalLong divergences,
            int debts,
            Backlog backlog,
            String message) {

        public Slice {
            path = List.copyOf(path);
            cohorts = List.copyOf(cohorts);
            lost = Map.copyOf(lost);
        }
    }

    /**
     * A step on its way: a handover, or a transition that waits.
     *
     * @param what {@code handover} or {@code rehearsal}
     * @param phase it leads to
     */
    public record Pending(String what, Phase phase, String ramp, String actor, String reason, Instant since) {}

    /**
     * The next step of a slice.
     *
     * @param step whether the ramp or the phase moves
     * @param phase after the step
     * @param ramp after the step
     * @param cohorts across after the step
     * @param allowed whether every gate passes now
     * @param blocking labels of the gates that do not pass
     * @param handover whether write authority moves
     * @param approval whether a second person must approve it
     * @param message what it waits for
     */
    public record Next(
            Step step,
            Phase phase,
            String ramp,
            List<String> cohorts,
            boolean allowed,
            List<String> blocking,
            boolean handover,
            boolean approval,
            String message) {

        public Next {
            cohorts = List.copyOf(cohorts);
            blocking = List.copyOf(blocking);
        }
    }

    /** What a step moves. */
    public enum Step {
        PHASE,
        RAMP
    }

    /** The flags derived from phase and ramp. */
    public record FlagSet(
            boolean dualWrite, boolean shadowRead, boolean readModern, boolean writeModern, boolean legacyWrites) {}

    /**
     * Both sides, now.
     *
     * @param fallbacks reads a second that modern could not answer and legacy did
     * @param comparisons a second
     */
    public record Live(Traffic legacy, Traffic modern, double fallbacks, double comparisons) {}

    /**
     * What one side served lately.
     *
     * @param rate requests of clients a second
     * @param mirrored requests a second that were asked for comparison only
     * @param errors share of requests that failed, 0 to 1
     * @param p50Ms median time to answer in milliseconds; absent without requests
     * @param p99Ms the 99th percentile
     */
    public record Traffic(double rate, double mirrored, double errors, OptionalDouble p50Ms, OptionalDouble p99Ms) {}

    /**
     * Writes that wait.
     *
     * @param unknown of the undelivered, those whose fate is not known
     * @param parked writes that wait for an operator
     * @param gap writes kept for a later replay
     * @param oldestAgeMs age of the oldest undelivered write; absent without one
     */
    public record Backlog(long undelivered, long unknown, long parked, long gap, OptionalLong oldestAgeMs) {}
}
