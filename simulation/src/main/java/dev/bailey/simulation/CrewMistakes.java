package dev.bailey.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.OptionalLong;
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
                                .shownBy(2),
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
                                .shownBy(537),
                        Mistake.answers(
                                        "a write that comes in sight late is put over a later one that was given up",
                                        WRITES + "EntityQueue",
                                        "isOvertaken",
                                        code -> code.iconst_0().ireturn())
                                .shownBy(860),
                        Mistake.skips(
                                        "a copy is made of entities that another node delivers",
                                        WRITES + "SlicePending",
                                        "beginAll",
                                        "delivers",
                                        CodeBuilder::iconst_1)
                                .shownBy(6),
                        Mistake.answers(
                                "a partition is given to another node while its holder lives",
                                WIRING + "Partitions",
                                "isGone",
                                CrewMistakes::answerTrue),
                        Mistake.answers(
                                        "a lease that is over counts as lasting",
                                        STATE + "Membership$Held",
                                        "lasts",
                                        CrewMistakes::answerTrue)
                                .shownBy(80),
                        Mistake.answers(
                                        "what an expelled node left under way is forgotten",
                                        WRITES + "DualWrite",
                                        "takeUp",
                                        CrewMistakes::answerTrue)
                                .shownBy(2),
                        Mistake.answers(
                                        "a fence counts as passed while writes of other nodes before it are undecided",
                                        WRITES + "DualWrite",
                                        "endedEverywhere",
                                        CrewMistakes::answerTrue)
                                .shownBy(4275),
                        Mistake.skips(
                                        "a write overtakes the create that another node has just made at the other side",
                                        WRITES + "JournalledAdmission",
                                        "step",
                                        "mayBeMintedBeside",
                                        CodeBuilder::iconst_0)
                                .shownBy(49),
                        Mistake.skips(
                                        "a write without a lease overtakes the create that another node has just made",
                                        WRITES + "JournalledAdmission",
                                        "withoutLease",
                                        "mayBeMintedBeside",
                                        CodeBuilder::iconst_0)
                                .shownBy(4340),
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
                                .shownBy(88),
                        Mistake.skips(
                                        "a handover whose beginning was not answered is not taken back",
                                        "dev.bailey.control.handover.Handover",
                                        "run",
                                        "put",
                                        CodeBuilder::aconst_null)
                                .shownBy(12613),
                        Mistake.skips(
                                        "the keys of an expelled node stay under way",
                                        WIRING + "Duty",
                                        "lookAfter",
                                        "takeOverKeys",
                                        CodeBuilder::aconst_null)
                                .shownBy(97),
                        Mistake.skips(
                                        "a delivery counts on the lease that it had before its record was read",
                                        WRITES + "Replay",
                                        "send",
                                        "valid",
                                        CrewMistakes::someTerm)
                                .shownBy(790))
                .stream()
                .map(mistake -> mistake.amongNodes(NODES))
                .toList();
    }

    private static void someTerm(CodeBuilder code) {
        ClassDesc term = OptionalLong.class.describeConstable().orElseThrow();
        code.lconst_0().invokestatic(term, "of", MethodTypeDesc.of(term, ConstantDescs.CD_long));
    }

    private static void none(CodeBuilder code) {
        ClassDesc set = Set.class.describeConstable().orElseThrow();
        code.invokestatic(set, "of", MethodTypeDesc.of(set), true);
    }

    private static void answerTrue(CodeBuilder code) {
        code.iconst_1().ireturn();
    }
}
