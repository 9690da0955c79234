package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.CompactionContract;
import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.FailingStoreContract;
import dev.bailey.journal.group.JournalContract;
import dev.bailey.journal.group.KeptKeysContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts where next to nothing stays unfolded, so that all is asked of segments. */
class FoldedTest {

    private static final Tail SHORT = new Tail(3, 4_096, new Tail.Step(2, 4_096, 2));

    private static Engine engine(Path folder) {
        return SqliteEngine.open(folder.resolve("journal.db"), SqliteJournalSettings.defaults(), SHORT);
    }

    @Nested
    class Journal extends JournalContract {
        @TempDir
        Path folder;

        @Override
        protected Engine engine() {
            return FoldedTest.engine(folder);
        }
    }

    @Nested
    class Compaction extends CompactionContract {
        @TempDir
        Path folder;

        @Override
        protected Engine engine() {
            return FoldedTest.engine(folder);
        }
    }

    @Nested
    class Keys extends KeptKeysContract {
        @TempDir
        Path folder;

        @Override
        protected Engine engine() {
            return FoldedTest.engine(folder);
        }
    }

    @Nested
    class FailingStore extends FailingStoreContract {
        @TempDir
        Path folder;

        @Override
        protected Engine engine() {
            return FoldedTest.engine(folder);
        }
    }
}
