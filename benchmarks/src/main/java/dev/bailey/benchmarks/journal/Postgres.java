package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.postgres.PostgresJournal;
import dev.bailey.journal.postgres.PostgresJournalSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Appends to the journal in PostgreSQL beside a bare loop of inserts and commits into the same server, which flushes. */
final class Postgres {

    private static final int MANY = 64;

    private final Workspace workspace;
    private final Report report;
    private final int rounds;
    private final int seconds;

    Postgres(Workspace workspace, Report report, int rounds, int seconds) {
        this.workspace = workspace;
        this.report = report;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    void measure() throws InterruptedException {
        try (Folders folders = Folders.in(workspace, "postgres");
                EmbeddedPostgres server = started(folders.folder())) {
            String url = server.getJdbcUrl("postgres", "postgres");
            Map<String, List<Writers.Seen>> seen = new LinkedHashMap<>();
            for (int round = -1; round < rounds; round++) { // the first warms up
                for (int writers : new int[] {1, MANY}) {
                    try (Subject bare = new BareInserts(url)) {
                        once(seen, "bare inserts and commits", writers, round, bare);
                    }
                    try (Subject journal = journal(url, "j" + writers + "_" + (round + 1))) {
                        once(seen, "journal", writers, round, journal);
                    }
                }
            }
            tell(seen);
        } catch (IOException failed) {
            throw new BenchFailure("PostgreSQL does not start or end: " + failed.getMessage(), failed);
        }
    }

    private static EmbeddedPostgres started(Path folder) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
    }

    private static Subject journal(String url, String schema) {
        return new UsedJournal(PostgresJournal.open(
                PostgresJournalSettings.of(url, schema, "bench", _ -> {})
                        .withBounds(GroupBounds.defaults().withUndeliveredPerSlice(Integer.MAX_VALUE)),
                InstantSource.system()));
    }

    private void once(Map<String, List<Writers.Seen>> seen, String what, int writers, int round, Subject subject)
            throws InterruptedException {
        Writers.Seen once = Writers.run(writers, seconds, new AtomicLong(), subject::append);
        if (round >= 0) {
            seen.computeIfAbsent(
                            "%s, %d writer%s".formatted(what, writers, writers == 1 ? "" : "s"), _ -> new ArrayList<>())
                    .add(once);
        }
    }

    private void tell(Map<String, List<Writers.Seen>> seen) {
        report.line("## Appends to PostgreSQL");
        report.line("");
        report.line("A server on the same machine and disk, `fsync` and `synchronous_commit` on.");
        report.line("");
        Appends.table(report, seen);
        List<List<Writers.Seen>> all = List.copyOf(seen.values());
        for (int i = 0; i < all.size(); i += 2) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ratios.add(all.get(i + 1).get(round).perSecond()
                        / all.get(i).get(round).perSecond());
            }
            report.line(
                    "- the journal appends %s × as fast as the bare loop (%s)",
                    Series.of(ratios).show(2), i == 0 ? "1 writer" : MANY + " writers");
        }
    }
}
