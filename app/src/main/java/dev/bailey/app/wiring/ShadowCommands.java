package dev.bailey.app.wiring;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.gateway.shadow.Shadower;

/** Forgets kept differences in the data plane too, once the control plane has forgotten them. */
record ShadowCommands(Commands control, Shadower shadower) implements Commands {

    @Override
    public CommandResult execute(Command command, Issue issue) {
        CommandResult result = control.execute(command, issue);
        if (command instanceof Command.ForgetDifferences forget && result instanceof CommandResult.Done) {
            shadower.signatures(forget.slice()).clear();
        }
        return result;
    }
}
