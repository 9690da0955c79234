package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.ControlPlane;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.NodeDebts;
import dev.bailey.control.state.Progress;
import dev.bailey.control.state.SharedStore;
import dev.bailey.control.state.StateDb;
import dev.bailey.gateway.dualwrite.Sharing;
import dev.bailey.gateway.dualwrite.WriteLease;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.postgres.PostgresJournal;
import dev.bailey.journal.postgres.PostgresJournalSettings;
import dev.bailey.journal.sqlite.SqliteJournal;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import dev.bailey.model.spec.MigrationSpec;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What must last: in the data folder, or in the store that several processes share.
 *
 * @param debts of reconciles; of a shared store, they are kept here until it can be reached
 * @param lease under which writes may be sent
 * @param leaseCovers how much time one write may need for that lease
 * @param pinKey signs the pins of clients, the same at whichever process they come to
 * @param sharing of the journal with others that write it at the same time
 */
record Durable(
        GroupJournal journal,
        StateDb state,
        Debts debts,
        WriteLease lease,
        Duration leaseCovers,
        byte[] pinKey,
        Optional<Sharing> sharing) {

    /** The one who leads has made it by then. */
    private static final Duration PIN_KEY_WITHIN = Duration.ofSeconds(60);

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    /**
     * @param tenancy null for a store of this process's own
     * @param crew of nodes that carry traffic at the same time; null where one does
     */
    static Durable open(
            MigrationSpec spec,
            Path dataFolder,
            @Nullable Tenancy tenancy,
            @Nullable Crew crew,
            Clock clock,
            SecureRandom random,
            StandingParts parts) {
        if (crew != null) {
            return amongOthers(spec, dataFolder, parts.add(crew), clock, random, parts);
        }
        return tenancy == null
                ? embedded(spec, dataFolder, clock, random, parts)
                : shared(spec, dataFolder, parts.add(tenancy), clock, random, parts);
    }

    private static Durable embedded(
            MigrationSpec spec, Path dataFolder, Clock clock, SecureRandom random, StandingParts parts) {
        SqliteJournalSettings settings = SqliteJournalSettings.defaults()
                .withUndeliveredPerSlice(spec.gateway().maxUndelivered());
        GroupJournal journal = parts.add(SqliteJournal.open(dataFolder.resolve("journal.db"), settings, clock));
        StateDb state = parts.add(StateDb.open(dataFolder.resolve("state.db"), ControlPlane.schema()));
        return new Durable(
                journal,
                state,
                new Debts(state),
                WriteLease.FOR_EVER,
                FOR_EVER,
                PinKey.of(dataFolder, random),
                Optional.empty());
    }

    private static Durable shared(
            MigrationSpec spec,
            Path dataFolder,
            Tenancy tenancy,
            Clock clock,
            SecureRandom random,
            StandingParts parts) {
        Fence fence = tenancy.fence();
        StateDb state = parts.add(StateDb.open(tenancy.store(), fence));
        PostgresJournalSettings settings = PostgresJournalSettings.of(
                        spec.store(), SharedStore.schemaOf(spec.migration()), tenancy.node(), fence.inSql()::check)
                .withBounds(GroupBounds.defaults()
                        .withUndeliveredPerSlice(spec.gateway().maxUndelivered()));
        GroupJournal journal = parts.add(PostgresJournal.open(settings, clock));
        NodeDebts waiting = parts.add(NodeDebts.open(
                dataFolder.resolve("debts.db"),
                tenancy.store(),
                () -> UUID.randomUUID().toString(),
                System::nanoTime,
                () -> true));
        return new Durable(
                journal,
                state,
                new Debts(state, waiting),
                tenancy.writeLease(),
                tenancy.covers(),
                PinKey.of(new Progress(state), random),
                Optional.empty());
    }

    private static Durable amongOthers(
            MigrationSpec spec, Path dataFolder, Crew crew, Clock clock, SecureRandom random, StandingParts parts) {
        StateDb state = parts.add(StateDb.open(crew.store(), crew.leadFence()));
        PostgresJournalSettings settings = PostgresJournalSettings.of(
                        spec.store(),
                        SharedStore.schemaOf(spec.migration()),
                        crew.origin(),
                        crew.membership().fence().inSql()::check)
                .withBounds(GroupBounds.defaults()
                        .withUndeliveredPerSlice(spec.gateway().maxUndelivered()))
                .amongOthers();
        GroupJournal journal = parts.add(PostgresJournal.open(settings, clock));
        NodeDebts waiting = parts.add(NodeDebts.open(
                dataFolder.resolve("debts.db"),
                crew.store(),
                () -> UUID.randomUUID().toString(),
                System::nanoTime,
                crew::hasTime));
        crew.owesNothing(waiting::isClear);
        byte[] pinKey = crew.hasLead()
                ? PinKey.of(new Progress(state), random)
                : PinKey.madeByAnother(new Progress(state), PIN_KEY_WITHIN);
        return new Durable(
                journal,
                state,
                new Debts(state, waiting),
                crew.writeLease(),
                crew.covers(),
                pinKey,
                Optional.of(new Sharing(crew.origin(), PostgresJournal.feed(settings))));
    }
}
