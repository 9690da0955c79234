package dev.bailey.datasync.reconcile;

import dev.bailey.model.route.EntityKey;
import java.util.Optional;

/**
 * Where a pass goes on.
 *
 * @param looked entities looked at because they were written lately; empty for none
 */
record Position(Optional<String> after, long total, Optional<Long> looked, ReconcileResult soFar) {

    Position with(ReconcileResult result) {
        return new Position(after, total, looked, result);
    }

    /** Behind a part that is judged. */
    Position behind(Gathered.Part part) {
        return new Position(
                part.range().upTo().map(EntityKey::value).or(() -> after), total, looked, soFar.plusRows(part.rows()));
    }

    /** With what became of entities that were looked at because they were written lately. */
    Position looked(int entities, ReconcileResult result) {
        return new Position(after, total, Optional.of(looked.orElse(0L) + entities), result);
    }
}
