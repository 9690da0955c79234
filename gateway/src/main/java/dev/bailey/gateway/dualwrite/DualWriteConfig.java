package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.journal.Journal;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.write.RecordId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the write path is made of. Nothing here is closed by it.
 *
 * @param current the snapshot that routes now; read for every write, so it must be one reference read
 * @param journal where every write is made durable; opened, and closed after the write path
 * @param delivery sends replays, questions and compensations; its own connections, apart from the clients'
 * @param translator between the clients' contract and a side's
 * @param refresher makes the follower's entities equal to the authority's
 * @param debts records durably that a slice owes a reconcile
 * @param bounds entity queue and wait, held writes, concurrency of delivery, how long delivered records stay
 * @param ids makes the ids of records, unique for ever
 * @param clock for the times in records and debts; waits and timeouts use the monotonic clock
 * @param jitter spreads retries; must be safe for use by many threads
 * @param lease of the store, where several processes share it
 * @param meters where backlog, ages, deliveries, parked, unknown, held and fallbacks are counted
 */
public record DualWriteConfig(
        Supplier<Snapshot> current,
        Journal journal,
        SideClient delivery,
        Translator translator,
        Refresher refresher,
        Debts debts,
        GatewaySpec bounds,
        Supplier<RecordId> ids,
        InstantSource clock,
        RandomGenerator jitter,
        WriteLease lease,
        MeterRegistry meters) {}
