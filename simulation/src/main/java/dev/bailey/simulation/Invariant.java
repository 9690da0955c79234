package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.Outcome;
import dev.bailey.simulation.Write.Told;
import org.jspecify.annotations.Nullable;

/** Something that must hold, looked at whenever it could cease to. */
abstract class Invariant {

    protected final World world;

    Invariant(World world) {
        this.world = world;
    }

    /** A client sends its request, for the first time or once more. */
    void asked(Write write) {}

    /** The gateway sends a write to the side that a decision names. */
    void forwarded(Node node, Write write, RouteDecision decision) {}

    /** The gateway has the authority's answer, or none. */
    void settled(Node node, Write write, Outcome outcome) {}

    /** A service applied a write; {@code first} when none had before. */
    void applied(Side side, Write write, String entity, boolean first) {}

    /** A service answered a write that the gateway forwarded for a client, whether the answer arrives or not. */
    void answered(Write write, Service.Answer answer) {}

    /** A message of a write is on its way to a service. */
    void sent(Side side, Write write) {}

    /** It has arrived, or is lost. */
    void landed(Side side, Write write) {}

    /** A process carries something to a store, or the write of a tag to a service for a follower; of an entity where that is named. */
    void carried(Life life, Side side, @Nullable String entity, String what) {}

    /** A refresh wrote an entity. */
    void refreshed(Side side, String entity) {}

    /** The client learns of its write. */
    void told(Node node, Write write, Told told) {}

    /** A routing record takes effect. */
    void published(SliceState before, SliceState after) {}

    /** A handover found no write under way that its hold concerns. */
    void quiet(Node node, SliceState prepared) {}

    /** Its hold is over. */
    void released(Node node) {}

    /** A node takes the lead; a handover of one that had it before is not made any more. */
    void leads(Node node) {}

    void died(Node node) {}

    /** Nothing goes wrong any more, and nothing is left to do. */
    void atRest() {}

    protected final void broken(String message) {
        world.broken(getClass().getSimpleName(), message);
    }
}
