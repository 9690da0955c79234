package dev.bailey.control.access;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.Role;

/** Which role a command needs. */
public final class Permissions {

    private Permissions() {}

    public static Role needed(Command command) {
        return switch (command) {
            case Command.Advance advance -> advance.force() ? Role.APPROVER : Role.OPERATOR;
            case Command.Approve _ -> Role.APPROVER;
            case Command.Back _,
                    Command.Rollback _,
                    Command.Kill _,
                    Command.Backfill _,
                    Command.Reconcile _,
                    Command.Rehearse _,
                    Command.Hold _,
                    Command.CancelJob _,
                    Command.RetryRecord _,
                    Command.Unpark _,
                    Command.ForgetDifferences _,
                    Command.Apply _ -> Role.OPERATOR;
        };
    }
}
