package dev.bailey.app.wiring;

import dev.bailey.control.state.StateException;
import dev.bailey.gateway.dualwrite.Debts;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down, in the control plane's state, that a slice owes a reconcile. */
record DebtBook(dev.bailey.control.state.Debts debts) implements Debts {

    private static final Logger LOG = LoggerFactory.getLogger(DebtBook.class);

    @Override
    public boolean oweReconcile(SliceName slice, Instant since, String reason) {
        try {
            debts.owe(slice, since, reason);
            return true;
        } catch (StateException e) {
            LOG.error(
                    "slice {} owes a reconcile since {}, and that could not be written down: {}",
                    slice,
                    since,
                    e.getMessage());
            return false;
        }
    }
}
