package dev.bailey.simulation;

import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.write.RecordState;
import java.util.Optional;

/** The disk holds the intent of a write, under the authority it goes to, before it goes there; or a debt instead. */
final class DurableBeforeForwarded extends Invariant {

    DurableBeforeForwarded(World world) {
        super(world);
    }

    @Override
    void forwarded(Node node, Write write, RouteDecision decision) {
        if (!decision.journalled()) {
            return;
        }
        Optional<JournalRecord> record = node.journal().recordOf(write.tag()).flatMap(world::holds);
        boolean there = record.isPresent()
                && record.get().head().state() == RecordState.INTENT
                && record.get().head().authority() == decision.side()
                && record.get().head().epoch() == decision.epoch().value();
        if (!there && world.debts().isEmpty()) {
            broken(write + " is sent to " + decision.side() + " under epoch " + decision.epoch()
                    + " and the disk holds " + record.map(JournalRecord::head) + " (expected its intent)");
        }
    }
}
