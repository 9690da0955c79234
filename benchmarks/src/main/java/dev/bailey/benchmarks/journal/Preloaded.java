package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.sqlite.SqliteJournal;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Journal files with many records, written by the journal itself, thousands at a time. */
final class Preloaded {

    /** Records under way at once: as many as fit into the journal's queue with what becomes of them. */
    private static final int AT_ONCE = 4_096;

    /** Long past, so that all of them may be compacted. */
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    private Preloaded() {}

    /** Makes the file with so many applied records, delivered ones or not, spread over slices. */
    static void make(Path folder, long records, boolean delivered, int slices, int bodyBytes) {
        SqliteJournalSettings settings = SqliteJournalSettings.defaults()
                .withUndeliveredPerSlice(Integer.MAX_VALUE)
                .withFileBytes(1L << 42);
        try (GroupJournal journal =
                SqliteJournal.open(folder.resolve("journal.db"), settings, InstantSource.fixed(THEN))) {
            for (long from = 0; from < records; from += AT_ONCE) {
                some(journal, from, Math.min(records, from + AT_ONCE), delivered, slices, bodyBytes);
            }
        }
    }

    private static void some(GroupJournal journal, long from, long to, boolean delivered, int slices, int bodyBytes) {
        List<CompletionStage<Appended>> appends = new ArrayList<>(AT_ONCE);
        List<RecordId> ids = new ArrayList<>(AT_ONCE);
        for (long number = from; number < to; number++) {
            WriteIntent intent = intent(number, slices, bodyBytes);
            ids.add(intent.id());
            appends.add(journal.append(intent));
        }
        for (CompletionStage<Appended> append : appends) {
            if (!(append.toCompletableFuture().join() instanceof Appended.Durable)) {
                throw new BenchFailure("the journal took an append with "
                        + append.toCompletableFuture().join());
            }
        }
        Outcome.Applied applied = new Outcome.Applied(200, Optional.empty(), List.of(), new byte[0]);
        List<CompletionStage<Changed>> changes = new ArrayList<>(AT_ONCE);
        for (RecordId id : ids) {
            changes.add(journal.outcome(id, applied));
        }
        if (delivered) {
            changes.add(journal.delivered(ids, "replayed"));
        }
        for (CompletionStage<Changed> change : changes) {
            UsedJournal.mustBeDone(change.toCompletableFuture().join());
        }
    }

    private static WriteIntent intent(long number, int slices, int bodyBytes) {
        String entity = Long.toString(number % 1_000_000);
        RecordId id = new RecordId("0-%016x".formatted(number));
        return new WriteIntent(
                id,
                new SliceName("slice-" + number % slices),
                Optional.of(new EntityKey(entity)),
                Epoch.FIRST,
                Side.LEGACY,
                Optional.of(Side.MODERN),
                "PUT",
                "/api/orders/" + entity,
                List.of(),
                new byte[bodyBytes],
                true,
                id.value(),
                false,
                THEN);
    }
}
