package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Child;
import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.KilledProcessContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteKilledProcessTest extends KilledProcessContract {

    @TempDir
    Path folder;

    @Override
    protected Engine engine() {
        return SqliteEngine.open(folder.resolve("journal.db"), SqliteJournalSettings.defaults());
    }

    @Override
    protected Child child(int round) {
        return SqliteWriter.start(folder.resolve("journal.db"), round);
    }
}
