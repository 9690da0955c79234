package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.group.Given;
import dev.bailey.journal.group.GroupJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {

    private static final Tail FOLDED_SOON = new Tail(64, 1 << 20, new Tail.Step(32, 1 << 20, 32));

    @TempDir
    Path folder;

    @Test
    void keepsTheWriteAheadLogBoundedUnderSteadyWrites() throws Exception {
        Path file = folder.resolve("journal.db");
        long wal = 256 * 1024;
        SqliteJournalSettings settings = SqliteJournalSettings.defaults().withWalBytes(wal);
        long largest = 0;
        try (GroupJournal journal =
                GroupJournal.open(SqliteEngine.open(file, settings, FOLDED_SOON), settings.bounds(), AT_NOON)) {
            for (int i = 0; i < 60; i++) {
                int round = i;
                List<CompletableFuture<Appended>> stages = IntStream.range(0, 100)
                        .mapToObj(n ->
                                journal.append(write(round + "-" + n, "e" + n)).toCompletableFuture())
                        .toList();
                stages.forEach(Given::answer);
                largest = Math.max(largest, Files.size(Path.of(file + "-wal")));
            }
        }
        long oneGroup = 2L * 1024 * 1024;
        assertThat(Files.size(file)).isGreaterThan(512 * 1024);
        assertThat(largest).isBetween(1L, 4 * wal + oneGroup);
    }
}
