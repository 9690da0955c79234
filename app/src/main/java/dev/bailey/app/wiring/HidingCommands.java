package dev.bailey.app.wiring;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.spec.MigrationSpec;
import java.util.function.Supplier;

/** Takes a key that lets somebody in out of a command before it is written down anywhere. */
record HidingCommands(Supplier<MigrationSpec> spec, Commands commands) implements Commands {

    @Override
    public CommandResult execute(Command command, Issue issue) {
        return commands.execute(
                command instanceof Command.Unpark(var slice, var entity) && !HiddenKey.is(entity.value())
                        ? new Command.Unpark(slice, new EntityKey(ShownKey.of(spec.get(), slice, entity)))
                        : command,
                issue);
    }
}
