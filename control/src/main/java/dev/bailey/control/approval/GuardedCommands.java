package dev.bailey.control.approval;

import dev.bailey.control.audit.AuditTrail;
import dev.bailey.control.audit.AuditedCommands;
import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import java.util.Optional;
import java.util.function.Function;

/**
 * The door that people and programs use: every command authorised and written down, decisions of a second person and the
 * commands they set free each as an entry of their own.
 */
public final class GuardedCommands implements Commands {

    private final Commands commands;
    private final Commands decisions;

    private GuardedCommands(Commands commands, Commands decisions) {
        this.commands = commands;
        this.decisions = decisions;
    }

    /**
     * @param executor does the commands; files those that need a second person at the desk
     * @param epochNow the present epoch of a slice
     */
    public static GuardedCommands of(
            Commands executor, AuditTrail trail, ApprovalDesk desk, Function<SliceName, Optional<Epoch>> epochNow) {
        Commands audited = new AuditedCommands(executor, trail);
        return new GuardedCommands(audited, new AuditedCommands(new Deciding(desk, audited, epochNow), trail));
    }

    @Override
    public CommandResult execute(Command command, Issue issue) {
        return command instanceof Command.Approve
                ? decisions.execute(command, issue)
                : commands.execute(command, issue);
    }
}
