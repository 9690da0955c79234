package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.SliceName;
import java.time.Instant;

/** Records, durably before it returns, that a slice owes a full reconcile begun after a moment. Blocks; false when it could not be written. */
public interface Debts {

    boolean oweReconcile(SliceName slice, Instant since, String reason);
}
