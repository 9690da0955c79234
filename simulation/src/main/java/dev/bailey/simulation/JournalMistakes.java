package dev.bailey.simulation;

import java.lang.classfile.CodeBuilder;
import java.util.List;

/** Mistakes of the embedded journal's log; the simulator must find each when the journal is alone with a bad disk. */
final class JournalMistakes {

    private static final String JOURNAL = "dev.bailey.journal.sqlite.";

    private JournalMistakes() {}

    static List<Mistake> all() {
        return List.of(
                        Mistake.skips(
                                        "a file of the log is not flushed",
                                        JOURNAL + "LogFiles",
                                        "append",
                                        "force",
                                        CodeBuilder::nop)
                                .shownBy(6),
                        Mistake.answers(
                                        "the checksum of what is read back is not looked at",
                                        JOURNAL + "Frame",
                                        "holds",
                                        code -> code.iconst_1().ireturn())
                                .shownBy(29),
                        Mistake.skips(
                                        "what could not be flushed is not cut off its file",
                                        JOURNAL + "LogFiles",
                                        "abandon",
                                        "truncate",
                                        CodeBuilder::nop)
                                .shownBy(15),
                        Mistake.skips(
                                        "what was cut off is not flushed",
                                        JOURNAL + "LogFiles",
                                        "abandon",
                                        "force",
                                        CodeBuilder::nop)
                                .shownBy(75),
                        Mistake.skips(
                                        "what a dead process left is built upon without a flush",
                                        JOURNAL + "Schema",
                                        "prepare",
                                        "secure",
                                        CodeBuilder::nop)
                                .shownBy(11),
                        Mistake.answers(
                                        "what was cut off may come back with the power",
                                        JOURNAL + "LogFiles",
                                        "blot",
                                        CodeBuilder::return_)
                                .shownBy(49366),
                        Mistake.skips(
                                        "a file that could not be flushed is written again",
                                        JOURNAL + "LogFiles",
                                        "append",
                                        "abandon",
                                        CodeBuilder::nop)
                                .shownBy(56),
                        Mistake.skips(
                                "a flush is not waited for that is made while the writer folds",
                                JOURNAL + "Flusher",
                                "force",
                                "join",
                                CodeBuilder::aconst_null))
                .stream()
                .map(mistake -> mistake.amongNodes(Seeds.JOURNAL))
                .toList();
    }
}
