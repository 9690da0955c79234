package dev.bailey.simulation;

import dev.bailey.control.handover.Handover;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Transition;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.model.route.SliceState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One life of a gateway process, as others see it. */
interface Node {

    /** How far back a handover verifies what was written. */
    Duration RECENT = Duration.ofSeconds(2);

    /** Of this life. */
    String name();

    Life life();

    CheckedJournal journal();

    /** Where writes come in. */
    WritePath entrance();

    DualWrite writes();

    Refresh refresh();

    /** Of a node that decides. */
    SliceRecords records();

    /** Of a node that decides. */
    Handover handover();

    /** The writes of all nodes, as a node that decides knows them. */
    Writes allWrites();

    /** Whether its time lasts now. */
    boolean isLawful();

    /** Whether it lasts for one more write. */
    boolean maySend();

    /** Nothing is left to deliver or to find out. */
    default boolean isQuiet() {
        var stats = journal().stats(World.SLICE);
        return stats.undelivered() == 0 && stats.parked() == 0 && stats.gap() == 0;
    }

    default Transition transition(SliceState from, SliceState to, String command) {
        return transition(life(), from, to, command);
    }

    static Transition transition(InstantSource clock, SliceState from, SliceState to, String command) {
        return new Transition(
                0,
                World.SLICE,
                clock.instant(),
                "operator",
                "simulated",
                command,
                from,
                to,
                true,
                false,
                Optional.empty(),
                List.of(),
                Map.of(),
                "");
    }
}
