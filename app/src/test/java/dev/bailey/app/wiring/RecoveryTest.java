package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.orchestrate.ControlPlane;
import dev.bailey.control.orchestrate.ControlSettings;
import dev.bailey.control.state.Progress;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.Transition;
import dev.bailey.datasync.job.JobKind;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.sqlite.SqliteJournal;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import dev.bailey.testkit.FaultyUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What a start does with what a crash left behind where modern owns all writes. */
class RecoveryTest {

    private static final SliceName THINGS = new SliceName("things");
    private static final String KEY = "client-key-1";

    private final FaultyUpstream legacy = FaultyUpstream.start();
    private final FaultyUpstream modern = FaultyUpstream.start();

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    @AfterEach
    void stopServices() {
        legacy.close();
        modern.close();
    }

    @Test
    void aCreateOfUnknownFateIsAskedAtModernWhichOwnedIt() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        modernOwnsAllWrites(data);
        aCreateWasUnderWay(data);

        try (Bailey bailey = start(data)) {
            assertThat(bailey.gatewayAddress()).isNotNull();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(modern.applications()).containsEntry(KEY, 1));
        }
        try (StateDb state = StateDb.open(data.resolve("state.db"), ControlPlane.schema())) {
            assertThat(new dev.bailey.control.state.Debts(state).all(THINGS)).isEmpty();
        }
    }

    /** It copies from legacy, whose states are older by now than what modern was written. */
    @Test
    void aBackfillThatTheLastProcessDidNotEndIsOverWhereModernOwnsWrites() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        modernOwnsAllWrites(data);
        JobRecord caught = new JobRecord(
                "backfill-1",
                JobKind.BACKFILL,
                THINGS,
                JobState.RUNNING,
                false,
                0,
                0,
                0,
                Optional.empty(),
                "copying",
                Clock.systemUTC().instant(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (StateDb state = StateDb.open(data.resolve("state.db"), ControlPlane.schema())) {
            JobMemory.ofJobs(new Progress(state)).save(caught.id(), JSON.writeValueAsString(caught));
        }
        try (Bailey bailey = start(data)) {
            assertThat(bailey.gatewayAddress()).isNotNull();
        }
        try (StateDb state = StateDb.open(data.resolve("state.db"), ControlPlane.schema())) {
            String kept =
                    JobMemory.ofJobs(new Progress(state)).load(caught.id()).orElseThrow();
            assertThat(JSON.readValue(kept, JobRecord.class)).satisfies(job -> {
                assertThat(job.state()).isEqualTo(JobState.CANCELLED);
                assertThat(job.message()).contains("modern owns writes");
            });
        }
    }

    private static void modernOwnsAllWrites(Path data) {
        try (StateDb state = StateDb.open(data.resolve("state.db"), ControlPlane.schema())) {
            SliceRecords records = new SliceRecords(state, _ -> {});
            Instant now = Clock.systemUTC().instant();
            records.load(List.of(THINGS), now);
            SliceState from = records.standing(THINGS).state();
            SliceState to = new SliceState(THINGS, Phase.WRITE_CUTOVER, Ramp.FULL, Set.of(), from.epoch());
            Transition step = new Transition(
                    0,
                    THINGS,
                    now,
                    "ada",
                    "a test",
                    "advance",
                    from,
                    to,
                    true,
                    true,
                    Optional.empty(),
                    List.of(),
                    Map.of(),
                    "");
            assertThat(records.move(step)).isPresent();
        }
    }

    private static void aCreateWasUnderWay(Path data) throws Exception {
        try (GroupJournal journal =
                SqliteJournal.open(data.resolve("journal.db"), SqliteJournalSettings.defaults(), Clock.systemUTC())) {
            WriteIntent intent = new WriteIntent(
                    new RecordId("0199f3a0-0000-7000-8000-000000000001"),
                    THINGS,
                    Optional.empty(),
                    new Epoch(2),
                    Side.MODERN,
                    Optional.of(Side.LEGACY),
                    "POST",
                    "/things",
                    List.of(),
                    "{\"total\":1}".getBytes(StandardCharsets.UTF_8),
                    true,
                    KEY,
                    true,
                    Clock.systemUTC().instant());
            journal.append(intent).toCompletableFuture().get();
        }
    }

    private Bailey start(Path data) throws IOException {
        Path file = folder.resolve("m.yaml");
        String text = """
                bailey: 1
                migration: m
                owner: o
                finishBy: 2027-01-01
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                legacy: { url: "%s" }
                modern: { url: "%s" }
                slices:
                  things:
                    entity: path:id
                    routes:
                      - GET /things/{id}
                      - PUT /things/{id}
                      - match: POST /things
                        entity: response:/id
                    writes: { replicate: replay, idempotency: Idempotency-Key }
                    data:
                      key: id
                      legacy:
                        jdbc: jdbc:sqlite:%s/legacy.db
                        read: select id, total from things
                        write: { table: things, columns: { id: id, total: total } }
                      modern:
                        jdbc: jdbc:sqlite:%s/modern.db
                        read: select id, total from things
                        write: { table: things, columns: { id: id, total: total } }
                    limits: { timeout: 1s }
                """.formatted(legacy.url(), modern.url(), folder, folder);
        Files.writeString(file, text);
        Read read = MigrationFile.parse("m.yaml", text, name -> null, folder, LocalDate.of(2026, 11, 20));
        assertThat(read).isInstanceOf(Read.Valid.class);
        Read.Valid valid = (Read.Valid) read;
        return Bailey.start(valid.spec(), file, valid.text(), data, ControlSettings.DEFAULTS.withBase(folder));
    }
}
