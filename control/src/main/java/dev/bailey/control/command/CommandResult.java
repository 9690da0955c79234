package dev.bailey.control.command;

import dev.bailey.model.phase.GateReading;
import dev.bailey.model.route.SliceState;
import java.util.List;
import java.util.Optional;

/** What became of a command. */
public sealed interface CommandResult {

    String message();

    /** Done, durable and in force. */
    record Done(String message, Optional<SliceState> state) implements CommandResult {}

    /** A long job runs; ask for it by its id. */
    record Started(String message, String job) implements CommandResult {}

    /** A second person must approve; the command waits under this id. */
    record NeedsApproval(String message, String approval) implements CommandResult {}

    /** Refused; nothing changed. The message says why and what to do. */
    record Refused(Cause cause, String message, List<GateReading> gates) implements CommandResult {
        public Refused {
            gates = List.copyOf(gates);
        }
    }

    enum Cause {
        NOT_FOUND,
        FORBIDDEN,
        STALE_EPOCH,
        GATES,
        ILLEGAL,
        BUSY,
        ABORTED,
        INVALID,
        /** A slice's stores cannot be used as they are. */
        STORES
    }
}
