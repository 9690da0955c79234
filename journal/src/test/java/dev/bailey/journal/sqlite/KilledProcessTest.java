package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.rid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.write.RecordState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {

    private static final int KILLS = 4;

    @TempDir
    Path folder;

    @Test
    void everythingSaidToBeDurableIsThereAfterKillMinusNine() throws Exception {
        Path file = folder.resolve("journal.db");
        Map<String, RecordState> told = new LinkedHashMap<>();
        for (int round = 0; round < KILLS; round++) {
            try (Child child = Child.start(file, round)) {
                for (String line : child.linesUntilKilledAfter(300 * (round + 1))) {
                    told.put(line.substring(2), state(line.charAt(0)));
                }
            }
            try (GroupJournal journal = SqliteJournal.open(file, SqliteJournalSettings.defaults(), AT_NOON)) {
                told.forEach((id, state) -> assertThat(journal.find(rid(id)))
                        .as("record %s, told to be %s", id, state)
                        .hasValueSatisfying(record -> assertThat(record.head().state())
                                .as("record %s", id)
                                .isIn(atLeast(state))));
                journal.replayUndelivered(KilledProcessTest::isWhole);
            }
        }
        assertThat(told).hasSizeGreaterThan(1_000);
    }

    private static RecordState state(char letter) {
        return switch (letter) {
            case 'I' -> RecordState.INTENT;
            case 'A' -> RecordState.APPLIED;
            case 'D' -> RecordState.DELIVERED;
            default -> throw new AssertionError("the child said something else: " + letter);
        };
    }

    private static Object[] atLeast(RecordState state) {
        return switch (state) {
            case INTENT -> new Object[] {RecordState.INTENT, RecordState.APPLIED, RecordState.DELIVERED};
            case APPLIED -> new Object[] {RecordState.APPLIED, RecordState.DELIVERED};
            default -> new Object[] {state};
        };
    }

    private static void isWhole(JournalRecord.Head head) {
        assertThat(head.state()).isIn(RecordState.INTENT, RecordState.APPLIED);
        assertThat(head.entity()).isPresent();
    }
}
