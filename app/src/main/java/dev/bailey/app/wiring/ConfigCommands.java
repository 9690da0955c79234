package dev.bailey.app.wiring;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.control.orchestrate.ControlPlane;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.shadow.Shadower;
import dev.bailey.model.spec.MigrationSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Applies a migration file while everything runs: gates, ramps, comparison rules, cohorts, limits. What the running connections
 * and stores were made from cannot be swapped under them, and is refused.
 *
 * @param alone whether no other node routes by the same file at this time
 * @param leaseCovers how much time one write may need before the lease of a shared store would be too short for it
 */
record ConfigCommands(
        Commands inner,
        ConfigAdapter config,
        ControlPlane control,
        Shadower shadower,
        boolean alone,
        Duration leaseCovers,
        Consumer<MigrationSpec> inForce)
        implements Commands {

    @Override
    public CommandResult execute(Command command, Issue issue) {
        return command instanceof Command.Apply apply ? apply(apply.file()) : inner.execute(command, issue);
    }

    private CommandResult apply(String yaml) {
        if (!alone) {
            return new Refused(
                    Cause.ILLEGAL,
                    "other nodes route by this file too (expected one active node): replace it on all nodes, and restart"
                            + " them one after the other",
                    List.of());
        }
        return switch (config.read(yaml)) {
            case ConfigAdapter.Reading.Wrong wrong -> new Refused(Cause.INVALID, wrong.message(), List.of());
            case ConfigAdapter.Reading.NeedsRestart cold ->
                new Refused(
                        Cause.ILLEGAL,
                        "a running Bailey cannot change " + String.join(", ", cold.places())
                                + "; stop it, replace its file, and start it again: it goes on where it stood",
                        List.of());
            case ConfigAdapter.Reading.Applicable good
            when DualWrite.leaseNeeded(good.spec()).compareTo(leaseCovers) > 0 ->
                new Refused(
                        Cause.ILLEGAL,
                        "a limits.timeout is longer than the lease of the shared store was made for (one write may need "
                                + leaseCovers.toSeconds() + " s, here it would need "
                                + DualWrite.leaseNeeded(good.spec()).toSeconds()
                                + " s): replace the file on all nodes, and restart them one after the other",
                        List.of());
            case ConfigAdapter.Reading.Applicable good -> {
                config.keep(yaml);
                CommandResult taken = control.replace(good.spec());
                if (taken instanceof Done) {
                    inForce.accept(good.spec());
                    shadower.apply(good.spec());
                }
                yield taken instanceof Done
                        ? new Done(
                                "applied; changes: " + good.changes() + "; written to " + config.file(),
                                Optional.empty())
                        : taken;
            }
        };
    }
}
