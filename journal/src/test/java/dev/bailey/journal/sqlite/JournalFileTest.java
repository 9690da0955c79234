package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.Child;
import dev.bailey.journal.group.GroupJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal.db");
    }

    private GroupJournal open() {
        return SqliteJournal.open(file, SqliteJournalSettings.defaults(), AT_NOON);
    }

    @Test
    void isReadableByItsOwnerOnly() throws Exception {
        try (GroupJournal journal = open()) {
            appended(journal, write("a", "1"));
            for (String name : new String[] {
                "journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock", "journal.db-log-00000001"
            }) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                        .as(name)
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void isRefusedAtASecondOpenInThisProcess() {
        try (GroupJournal journal = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("is open in this process");
            appended(journal, write("a", "1"));
        }
        open().close();
    }

    @Test
    void isRefusedInASecondProcessEvenAfterARefusedOpenInThisOne() throws Exception {
        try (GroupJournal journal = open()) {
            assertThatThrownBy(this::open).isInstanceOf(JournalException.class);
            appended(journal, write("a", "1"));
            try (Child child = SqliteWriter.start(file, 0)) {
                assertThat(child.lines()).last().asString().contains("is open in another process");
            }
        }
    }

    @Test
    void isRefusedWhenANewerBaileyWroteIt() throws Exception {
        open().close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("update meta set value = 99 where name = 'schema'");
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("schema version 99 (expected <= 4)");
        assertThatThrownBy(this::open).as("the lease is given back").hasMessageContaining("schema version 99");
    }

    @Test
    void isRefusedWhenItIsNoJournal() throws Exception {
        Files.writeString(file, "this is a text file, not a database".repeat(100));

        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cannot open " + file + " as a journal");
    }

    @Test
    void isRefusedInAFolderThatIsNotThere() {
        file = folder.resolve("nowhere").resolve("journal.db");

        assertThatThrownBy(this::open).isInstanceOf(JournalException.class).hasMessageContaining("nowhere");
    }
}
