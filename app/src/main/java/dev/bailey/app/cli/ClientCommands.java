package dev.bailey.app.cli;

import java.util.List;

/** Every command but those that serve, for the command line's root to add. */
public final class ClientCommands {

    private ClientCommands() {}

    /** New instances, in the order of the help. */
    public static List<Object> all() {
        return List.of(
                new ValidateCommand(),
                new SchemaCommand(),
                new Reads.Status(),
                new Reads.Gates(),
                new Reads.History(),
                new Reads.Explain(),
                new Moves.Advance(),
                new Moves.Back(),
                new Moves.Rollback(),
                new Moves.Kill(),
                new Moves.Hold(),
                new Moves.Resume(),
                new Moves.Backfill(),
                new Moves.Reconcile(),
                new Moves.Rehearse(),
                new Jobs(),
                new JournalCommands(),
                new Lists.Diffs(),
                new Moves.Forget(),
                new Lists.Divergences(),
                new Reads.Flags(),
                new Lists.Audit(),
                new Moves.Approve(),
                new Lists.Tokens(),
                new Reads.Burndown(),
                new Reads.Certificate(),
                new Lists.Plan(),
                new Lists.Apply());
    }
}
