package dev.bailey.journal.group;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.rid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.JournalRecord;
import dev.bailey.model.write.RecordState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

public abstract class KilledProcessContract extends Contract {

    private static final int KILLS = 4;

    /** A process that writes to this test's journal. */
    protected abstract Child child(int round);

    @Test
    void everythingSaidToBeDurableIsThereAfterKillMinusNine() throws Exception {
        Map<String, RecordState> told = new LinkedHashMap<>();
        for (int round = 0; round < KILLS; round++) {
            try (Child child = child(round)) {
                for (String line : child.linesUntilKilledAfter(300 * (round + 1))) {
                    told.put(line.substring(2), state(line.charAt(0)));
                }
            }
            try (GroupJournal journal = open(AT_NOON)) {
                told.forEach((id, state) -> assertThat(journal.find(rid(id)))
                        .as("record %s, told to be %s", id, state)
                        .hasValueSatisfying(record -> assertThat(record.head().state())
                                .as("record %s", id)
                                .isIn(atLeast(state))));
                journal.replayUndelivered(KilledProcessContract::isWhole);
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
