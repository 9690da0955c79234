package dev.bailey.simulation;

import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Between quiet and release no write is sent, nor under way, that the handover concerns; and a write, held or not, is sent
 * once, and answered.
 */
final class HeldWritesAreReleasedOnce extends Invariant {

    private final Set<String> sent = new HashSet<>();
    private final Map<String, RouteDecision> underWay = new HashMap<>();
    private final Map<String, Node> senders = new HashMap<>();
    private @Nullable Node holder;
    private @Nullable SliceState prepared;

    HeldWritesAreReleasedOnce(World world) {
        super(world);
    }

    @Override
    void forwarded(Node node, Write write, RouteDecision decision) {
        if (!sent.add(write.tag())) {
            broken(write + " is sent a second time");
        }
        underWay.put(write.tag(), decision);
        senders.put(write.tag(), node);
        SliceState next = prepared;
        if (next != null && world.side(write, next) != decision.side()) {
            broken(write + " is sent to " + decision.side() + " while a handover to " + next.ramp() + " holds it");
        }
    }

    @Override
    void settled(Node node, Write write, Outcome outcome) {
        underWay.remove(write.tag());
        if (outcome instanceof Outcome.Rejected && world.isKept(write)) {
            sent.remove(write.tag()); // its client may try again
        }
    }

    @Override
    void quiet(Node node, SliceState next) {
        if (world.isCrew() && !node.equals(world.crewing().leader())) {
            return; // one that stood still, and does not know yet that another leads
        }
        prepared = next;
        holder = node;
        underWay.forEach((tag, decision) -> {
            if (world.side(world.write(tag), next) != decision.side()
                    && Objects.requireNonNull(senders.get(tag)).isLawful()) {
                broken(world.write(tag) + " is under way to " + decision.side() + " though the handover found quiet");
            }
        });
    }

    @Override
    void released(Node node) {
        if (node.equals(holder)) {
            prepared = null;
        }
    }

    /** Of several nodes another may follow the record before the one that decides has released its own. */
    @Override
    void published(SliceState before, SliceState after) {
        if (world.isCrew()) {
            prepared = null;
        }
    }

    @Override
    void leads(Node node) {
        prepared = null;
    }

    @Override
    void died(Node node) {
        if (node.equals(holder)) {
            prepared = null;
        }
        underWay.keySet().removeIf(tag -> node.equals(senders.get(tag)));
    }

    @Override
    void atRest() {
        if (world.held() > 0) {
            broken(world.held() + " writes are held and no handover runs");
        }
    }
}
