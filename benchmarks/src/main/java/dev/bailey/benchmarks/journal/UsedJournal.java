package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.sqlite.SqliteJournal;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The journal as the gateway opens and uses it. */
final class UsedJournal implements Subject {

    static final SliceName SLICE = new SliceName("orders");

    private static final List<Header> HEADERS = List.of(
            new Header("Content-Type", "application/json"),
            new Header("Accept", "application/json"),
            new Header("Authorization", "Bearer " + "t".repeat(120)));
    private static final byte[] BODY = new byte[BYTES - 320];
    private static final byte[] ANSWER = new byte[200];

    private final Journal journal;

    /** Later ones are greater, as the ids of a later life are. */
    private final String run = "%016x-".formatted(System.nanoTime());

    UsedJournal(Journal journal) {
        this.journal = journal;
    }

    UsedJournal(Path folder, SqliteJournalSettings settings) {
        this(SqliteJournal.open(folder.resolve("journal.db"), settings, InstantSource.system()));
    }

    Journal journal() {
        return journal;
    }

    private RecordId id(long number) {
        return new RecordId(run + HexFormat.of().toHexDigits(number));
    }

    private WriteIntent intent(long number) {
        String entity = Long.toString(number % 1_000_000);
        RecordId id = id(number);
        return new WriteIntent(
                id,
                SLICE,
                Optional.of(new EntityKey(entity)),
                Epoch.FIRST,
                Side.LEGACY,
                Optional.of(Side.MODERN),
                "PUT",
                "/api/orders/" + entity,
                HEADERS,
                BODY,
                true,
                id.value(),
                false,
                Instant.now());
    }

    @Override
    public void append(long number) {
        Appended appended = journal.append(intent(number)).toCompletableFuture().join();
        if (!(appended instanceof Appended.Durable)) {
            throw new BenchFailure("the journal answered an append with " + appended);
        }
    }

    /** Intent and outcome, each awaited as a request does; and what then follows without anybody waiting. */
    CompletionStage<Changed> live(long number) {
        append(number);
        Outcome outcome = new Outcome.Applied(
                200, Optional.of(new EntityKey(Long.toString(number % 1_000_000))), List.of(), ANSWER);
        mustBeDone(journal.outcome(id(number), outcome).toCompletableFuture().join());
        return journal.delivered(List.of(id(number)), "replayed");
    }

    static void mustBeDone(Changed changed) {
        if (!(changed instanceof Changed.Done)) {
            throw new BenchFailure("the journal answered a change with " + changed);
        }
    }

    @Override
    public void close() {
        journal.close();
    }
}
