package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.CompactionContract;
import dev.bailey.journal.group.Engine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteCompactionTest extends CompactionContract {

    @TempDir
    Path folder;

    @Override
    protected Engine engine() {
        return SqliteEngine.open(folder.resolve("journal.db"), SqliteJournalSettings.defaults());
    }
}
