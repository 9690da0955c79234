package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.ConcurrentAppendsContract;
import dev.bailey.journal.group.Engine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteConcurrentAppendsTest extends ConcurrentAppendsContract {

    @TempDir
    Path folder;

    @Override
    protected Engine engine() {
        return SqliteEngine.open(folder.resolve("journal.db"), SqliteJournalSettings.defaults());
    }
}
