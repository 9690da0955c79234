package dev.bailey.control.audit;

import dev.bailey.control.access.Permissions;
import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandText;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import java.util.List;

/**
 * Commands that are allowed and written down: authorise, write the intent, do it, write the result. What cannot be written
 * down is not done.
 */
public final class AuditedCommands implements Commands {

    private final Commands inner;
    private final AuditTrail trail;

    public AuditedCommands(Commands inner, AuditTrail trail) {
        this.inner = inner;
        this.trail = trail;
    }

    @Override
    public CommandResult execute(Command command, Issue issue) {
        Role needed = Permissions.needed(command);
        if (issue.roles().stream().noneMatch(role -> role.includes(needed))) {
            return refuse(
                    command,
                    issue,
                    Cause.FORBIDDEN,
                    CommandText.inWords(command) + " needs the role " + needed.label() + "; ask somebody who has it");
        }
        if (issue.reason().isBlank()) {
            return refuse(command, issue, Cause.INVALID, "the reason is empty; say why, it is kept in the audit trail");
        }
        long intent = trail.intent(command, issue);
        try {
            CommandResult result = inner.execute(command, issue);
            trail.result(intent, command, issue, result);
            return result;
        } catch (RuntimeException e) {
            trail.failed(intent, command, issue, e.getClass().getSimpleName());
            throw e;
        }
    }

    private CommandResult refuse(Command command, Issue issue, Cause cause, String message) {
        trail.refused(command, issue, message);
        return new CommandResult.Refused(cause, message, List.of());
    }
}
