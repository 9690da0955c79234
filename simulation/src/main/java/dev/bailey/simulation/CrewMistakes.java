package dev.bailey.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Set;

/** Mistakes that show among several nodes only; the simulator must find each. */
final class CrewMistakes {

    private static final int NODES = 3;
    private static final String WRITES = "dev.bailey.gateway.dualwrite.";
    private static final String WIRING = "dev.bailey.app.wiring.";
    private static final String STATE = "dev.bailey.control.state.";

    private CrewMistakes() {}

    static List<Mistake> all() {
        return List.of(
                        Mistake.answers(
                                        "a handover does not wait for the acknowledgement of every node",
                                        WIRING + "CrewWrites",
                                        "await",
                                        CrewMistakes::answerTrue)
                                .shownBy(12),
                        Mistake.skips(
                                        "a node acknowledges a hold while its writes are under way",
                                        WIRING + "Following",
                                        "begin",
                                        "awaitQuiet",
                                        CodeBuilder::iconst_1)
                                .shownBy(12),
                        Mistake.skips(
                                        "a node does not hold what is prepared",
                                        WIRING + "Following",
                                        "prepare",
                                        "hold",
                                        CodeBuilder::nop)
                                .shownBy(2),
                        Mistake.skips(
                                        "a node goes on under an old epoch",
                                        WIRING + "Following",
                                        "follow",
                                        "accept",
                                        CodeBuilder::nop)
                                .shownBy(8),
                        Mistake.answers(
                                        "every node delivers, whoever holds the partition",
                                        WRITES + "Sight",
                                        "delivers",
                                        CrewMistakes::answerTrue)
                                .shownBy(6),
                        Mistake.skips(
                                        "a partition is given up while one of its deliveries is under way",
                                        WRITES + "HeldPartitions",
                                        "letGo",
                                        "atWork",
                                        CrewMistakes::none)
                                .shownBy(152),
                        Mistake.skips(
                                        "a copy is made of entities that another node delivers",
                                        WRITES + "SlicePending",
                                        "awaitTurn",
                                        "delivers",
                                        CodeBuilder::iconst_1)
                                .shownBy(1),
                        Mistake.answers(
                                        "a partition is given to another node while its holder lives",
                                        WIRING + "Partitions",
                                        "isGone",
                                        CrewMistakes::answerTrue)
                                .shownBy(3),
                        Mistake.answers(
                                        "a lease that is over counts as lasting",
                                        STATE + "Membership$Held",
                                        "lasts",
                                        CrewMistakes::answerTrue)
                                .shownBy(161),
                        Mistake.answers(
                                        "what an expelled node left under way is forgotten",
                                        WRITES + "DualWrite",
                                        "takeUp",
                                        CrewMistakes::answerTrue)
                                .shownBy(2),
                        Mistake.skips(
                                        "a write overtakes the create that another node has just made at the other side",
                                        WRITES + "JournalledAdmission",
                                        "step",
                                        "mayBeMintedBeside",
                                        CodeBuilder::iconst_0)
                                .shownBy(129),
                        Mistake.skips(
                                        "a write without a lease overtakes the create that another node has just made",
                                        WRITES + "JournalledAdmission",
                                        "withoutLease",
                                        "mayBeMintedBeside",
                                        CodeBuilder::iconst_0)
                                .shownBy(20177),
                        Mistake.skips(
                                        "the key of another node's create is not learnt when it is parked at once",
                                        WRITES + "OtherWrites",
                                        "learn",
                                        "settled",
                                        CodeBuilder::iconst_0)
                                .shownBy(2),
                        Mistake.skips(
                                        "an abort that the store did not take is not told it again",
                                        "dev.bailey.control.handover.Handover$Attempt",
                                        "abort",
                                        "put",
                                        CodeBuilder::aconst_null)
                                .shownBy(872),
                        Mistake.skips(
                                        "the keys of an expelled node stay under way",
                                        WIRING + "Duty",
                                        "lookAfter",
                                        "takeOverKeys",
                                        CodeBuilder::aconst_null)
                                .shownBy(97))
                .stream()
                .map(mistake -> mistake.amongNodes(NODES))
                .toList();
    }

    private static void none(CodeBuilder code) {
        ClassDesc set = Set.class.describeConstable().orElseThrow();
        code.invokestatic(set, "of", MethodTypeDesc.of(set), true);
    }

    private static void answerTrue(CodeBuilder code) {
        code.iconst_1().ireturn();
    }
}
