package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing stays open or behind where the disk fails. */
class FailingDiskTest {

    @TempDir
    Path folder;

    private Path file;
    private final AtomicReference<LogDisk.Writing> flushed = new AtomicReference<>();

    @BeforeEach
    void name() {
        file = folder.resolve("journal.db");
    }

    private GroupJournal open(LogDisk disk) {
        return GroupJournal.open(
                SqliteEngine.open(
                        file, SqliteJournalSettings.defaults(), Tail.DEFAULT, data -> () -> data.force(false), disk),
                GroupBounds.defaults(),
                AT_NOON);
    }

    @Test
    void aJournalWhoseLogCannotBeClosedGivesItsFileFree() throws Exception {
        GroupJournal journal = open(new FlushedDisk((path, opened) -> {
            opened.force();
            if (path.equals(LogFiles.named(file, 1))) {
                flushed.set(opened);
            }
        }));
        appended(journal, write("slice", "1"));
        appended(journal, write("a", "1"));
        flushed.get().close();

        assertThatThrownBy(journal::close)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cannot be closed");

        try (GroupJournal next = open(LogDisk.FILES)) {
            assertThat(next.find(rid("a"))).isPresent();
        }
    }

    @Test
    void aFileThatCannotBeLaidOutIsClosedAndRemoved() {
        BlankFiles blanks = new BlankFiles(
                file,
                new FlushedDisk((path, opened) -> {
                    flushed.set(opened);
                    throw new IOException("Input/output error");
                }),
                0);

        assertThatThrownBy(blanks::take).isInstanceOf(IOException.class).hasMessage("Input/output error");

        assertThat(folder).isEmptyDirectory();
        assertThatThrownBy(() -> flushed.get().size()).isInstanceOf(ClosedChannelException.class);
    }
}
