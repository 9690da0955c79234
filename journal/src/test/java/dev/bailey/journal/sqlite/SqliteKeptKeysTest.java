package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.KeptKeysContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteKeptKeysTest extends KeptKeysContract {

    @TempDir
    Path folder;

    @Override
    protected Engine engine() {
        return SqliteEngine.open(folder.resolve("journal.db"), SqliteJournalSettings.defaults());
    }
}
