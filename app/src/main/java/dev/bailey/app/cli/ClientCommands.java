package dev.bailey.app.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Every command but those that serve, for the command line's root to add. */
public final class ClientCommands {

    private ClientCommands() {}

    /** What makes each of them, by its name, in the order of the help: only the one that was asked for need be made. */
    public static Map<String, Supplier<Object>> byName() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("validate", ValidateCommand::new);
        commands.put("schema", SchemaCommand::new);
        commands.put("status", Reads.Status::new);
        commands.put("gates", Reads.Gates::new);
        commands.put("history", Reads.History::new);
        commands.put("explain", Reads.Explain::new);
        commands.put("versions", Versions::new);
        commands.put("advance", Moves.Advance::new);
        commands.put("back", Moves.Back::new);
        commands.put("rollback", Moves.Rollback::new);
        commands.put("kill", Moves.Kill::new);
        commands.put("hold", Moves.Hold::new);
        commands.put("resume", Moves.Resume::new);
        commands.put("backfill", Moves.Backfill::new);
        commands.put("reconcile", Moves.Reconcile::new);
        commands.put("rehearse", Moves.Rehearse::new);
        commands.put("jobs", Jobs::new);
        commands.put("journal", JournalCommands::new);
        commands.put("diffs", Lists.Diffs::new);
        commands.put("feeds", Feeds::new);
        commands.put("forget", Moves.Forget::new);
        commands.put("divergences", Lists.Divergences::new);
        commands.put("flags", Reads.Flags::new);
        commands.put("audit", Lists.Audit::new);
        commands.put("approve", Moves.Approve::new);
        commands.put("tokens", Lists.Tokens::new);
        commands.put("burndown", Reads.Burndown::new);
        commands.put("certificate", Reads.Certificate::new);
        commands.put("plan", PlanCommand::new);
        commands.put("apply", Lists.Apply::new);
        return commands;
    }
}
