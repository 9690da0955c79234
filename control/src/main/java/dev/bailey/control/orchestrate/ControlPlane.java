package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.control.handover.Routing;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Progress;
import dev.bailey.control.state.Schema;
import dev.bailey.control.state.StateDb;
import dev.bailey.model.spec.MigrationSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The control plane's core. */
public final class ControlPlane implements Commands, AutoCloseable {

    private final StateDb db;
    private final Measurements measurements = new Measurements();

    private ControlPlane(StateDb db) {
        this.db = db;
    }

    /** What the control plane asks of the rest of Bailey. */
    public record Ports(Routing routing, Writes writes, Data data, Health health, Approvals approvals) {}

    /** Tables it needs, for {@link StateDb#open}. */
    public static List<String> schema() {
        return Schema.tables();
    }

    /** Opens it where it stood: unfinished steps are taken back or on, routing is published, broken-off jobs go on. */
    public static ControlPlane open(
            MigrationSpec spec,
            StateDb db,
            Ports ports,
            InstantSource clock,
            LongSupplier nanoTime,
            ControlSettings settings) {
        return new ControlPlane(db);
    }

    /** Starts the watch on a thread of its own; {@link #close} ends it. */
    public void start() {}

    @Override
    public CommandResult execute(Command command, Issue issue) {
        return new CommandResult.Refused(CommandResult.Cause.INVALID, "not yet", List.of());
    }

    public ControlQueries queries() {
        return Optional.<ControlQueries>empty().orElseThrow();
    }

    public Measurements measurements() {
        return measurements;
    }

    public Debts debts() {
        return new Debts(db);
    }

    public Divergences divergences() {
        return new Divergences(db);
    }

    public Progress progress() {
        return new Progress(db);
    }

    @Override
    public void close() {}
}
