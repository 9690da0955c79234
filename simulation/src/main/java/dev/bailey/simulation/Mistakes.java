package dev.bailey.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Mistakes that the write path and its journal can have; the simulator must find each. */
final class Mistakes {

    private static final String WRITES = "dev.bailey.gateway.dualwrite.";
    private static final String JOURNAL = "dev.bailey.journal.group.";
    private static final String HANDOVER = "dev.bailey.control.handover.Handover";
    private static final ClassDesc DURATION = ClassDesc.of("java.time.Duration");
    private static final ClassDesc BOOLEAN = ClassDesc.of("java.lang.Boolean");
    private static final ClassDesc FUTURE = ClassDesc.of("java.util.concurrent.CompletableFuture");
    private static final ClassDesc PASSAGE = ClassDesc.of(WRITES + "SliceGate$Passage");
    private static final ClassDesc FRESH = ClassDesc.of("dev.bailey.journal.KeptKeys$Claimed$Fresh");
    private static final ClassDesc DONE = ClassDesc.of("dev.bailey.journal.Journal$Changed$Done");
    private static final ClassDesc OPTIONAL = ClassDesc.of("java.util.Optional");

    private Mistakes() {}

    static List<Mistake> all() {
        return Stream.of(ofOneNode(), CrewMistakes.all(), JournalMistakes.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mistake> ofOneNode() {
        return List.of(
                Mistake.skips(
                        "the commit is not flushed", JOURNAL + "GroupWriter", "write", "commit", Mistakes::noValue),
                Mistake.alsoCalls(
                        "an intent is answered before it is durable", JOURNAL + "Operation", "run", "succeed"),
                Mistake.answers("unknown outcomes are dropped", WRITES + "Resolver", "begin", CodeBuilder::return_),
                Mistake.answers(
                        "unknown is taken for rejected",
                        WRITES + "Resolver",
                        "ask",
                        created(WRITES + "Asking$Answer$Rejected", "(I)V", code -> code.loadConstant(500))),
                Mistake.answers(
                                "the fence is read too early",
                                WRITES + "SlicePending",
                                "awaitBefore",
                                Mistakes::answerTrue)
                        .shownBy(401),
                Mistake.answers(
                                "holds are ignored",
                                WRITES + "SliceGate$Inside",
                                "pass",
                                code -> code.getstatic(PASSAGE, "PASSED", PASSAGE)
                                        .areturn())
                        .shownBy(9),
                Mistake.answers(
                                "writes in flight are not waited for",
                                WRITES + "SliceGate",
                                "awaitQuiet",
                                Mistakes::answerTrue)
                        .shownBy(9),
                Mistake.skips(
                                "a handover lets creates pass",
                                WRITES + "PinnedRequest",
                                "differs",
                                "isMinted",
                                CodeBuilder::iconst_0)
                        .shownBy(3_564),
                Mistake.skips(
                                "held writes are never released",
                                HANDOVER + "$Attempt",
                                "hold",
                                "release",
                                Mistakes::noValue)
                        .shownBy(52),
                Mistake.answers(
                                "delivered is noted and nothing is sent",
                                WRITES + "Replay",
                                "send",
                                created(
                                        WRITES + "Replay$Replayed$Carried",
                                        "(Ljava/lang/String;)V",
                                        code -> code.loadConstant("nothing")))
                        .shownBy(4),
                Mistake.answers(
                                "the order of the lane is forgotten",
                                WRITES + "EntityLanes$Ticket",
                                "await",
                                Mistakes::answerTrue)
                        .shownBy(4),
                Mistake.skips(
                        "a restart forgets unknown writes",
                        WRITES + "DualWrite",
                        "recover",
                        "begin",
                        Mistakes::noValue),
                Mistake.calls(
                                "a write is sent again with another key",
                                WRITES + "StoredRequest",
                                "toSide",
                                "idempotencyKey",
                                "target")
                        .shownBy(4),
                Mistake.calls(
                                "an entity's writes are delivered backwards",
                                WRITES + "EntityQueue",
                                "head",
                                "firstEntry",
                                "lastEntry")
                        .shownBy(19),
                Mistake.skips(
                                "the debt of an unknown create is forgotten",
                                WRITES + "Resolver",
                                "book",
                                "oweReconcile",
                                CodeBuilder::iconst_1)
                        .shownBy(6),
                Mistake.answers(
                                "what may still land is not waited for",
                                WRITES + "Replay",
                                "landing",
                                Mistakes::answerNoTime)
                        .shownBy(43),
                Mistake.overlooks(
                                "a write during a refresh counts as seen",
                                WRITES + "SlicePending",
                                "enqueue",
                                "refreshing")
                        .shownBy(59),
                Mistake.answers("asks where nobody may ask", WRITES + "Asking", "mayBeAsked", Mistakes::answerTrue)
                        .shownBy(6),
                Mistake.answers(
                                "writes pass one the authority may not have",
                                WRITES + "SlicePending",
                                "blocks",
                                Mistakes::answerFalse)
                        .shownBy(38),
                Mistake.answers(
                                "a change the disk refused is forgotten",
                                WRITES + "Durably",
                                "again",
                                CodeBuilder::return_)
                        .shownBy(4),
                Mistake.answers(
                                "a handover commits whatever it finds",
                                HANDOVER + "$Attempt",
                                "obstacle",
                                code -> code.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL))
                                        .areturn())
                        .shownBy(13),
                Mistake.skips(
                                "a debt during a handover is overlooked",
                                HANDOVER + "$Attempt",
                                "obstacle",
                                "containsAll",
                                CodeBuilder::iconst_1)
                        .shownBy(52),
                Mistake.answers(
                        "a failed append counts as not written",
                        WRITES + "Durably",
                        "buried",
                        stage(code -> code.getstatic(BOOLEAN, "TRUE", BOOLEAN)).andThen(CodeBuilder::areturn)),
                Mistake.answers(
                                "a degraded create may belong to the other side",
                                WRITES + "AdmissionRules",
                                "mintsForEitherSide",
                                Mistakes::answerFalse)
                        .shownBy(107),
                Mistake.answers(
                        "figures go on after a failed commit that was written",
                        JOURNAL + "GroupWriter",
                        "countAnew",
                        CodeBuilder::return_),
                Mistake.answers(
                        "nobody is ahead",
                        WRITES + "EntityQueue",
                        "ahead",
                        code -> code.aconst_null().areturn()),
                Mistake.skips(
                                "a key is not recorded before its write is sent",
                                WRITES + "KeyedWrites",
                                "admit",
                                "claim",
                                stage(code -> made(code, FRESH)))
                        .shownBy(8),
                Mistake.skips(
                                "a restart forgets the key of a write under way",
                                WRITES + "AdmissionRules",
                                "intent",
                                "or",
                                code -> code.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL)))
                        .shownBy(21),
                Mistake.skips(
                                "a restart forgets the key of a write that has no record",
                                WRITES + "KeyedWrites",
                                "admitted",
                                "sent",
                                stage(Mistakes::oneChanged))
                        .shownBy(360),
                Mistake.skips(
                                "the answer of another request with the same key is given",
                                WRITES + "KeyedWrites",
                                "taken",
                                "isEqual",
                                CodeBuilder::iconst_1)
                        .shownBy(12),
                Mistake.skips(
                                "clients share their keys",
                                WRITES + "KeyedWrites",
                                "admit",
                                "consumer",
                                code -> code.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL)))
                        .shownBy(8),
                Mistake.skips(
                                "the key of a write of unknown fate stays under way",
                                WRITES + "KeyedWrites$Keyed",
                                "ended",
                                "unknown",
                                stage(Mistakes::oneChanged))
                        .shownBy(12),
                Mistake.skips(
                                "the key of a write that was not made is not given free",
                                WRITES + "KeyedWrites",
                                "released",
                                "untilTaken",
                                stage(code -> code.getstatic(BOOLEAN, "TRUE", BOOLEAN)))
                        .shownBy(12));
    }

    private static void answerTrue(CodeBuilder code) {
        code.iconst_1().ireturn();
    }

    private static void answerFalse(CodeBuilder code) {
        code.iconst_0().ireturn();
    }

    private static void answerNoTime(CodeBuilder code) {
        code.getstatic(DURATION, "ZERO", DURATION).areturn();
    }

    /** The call that is left out answers nothing. */
    private static void noValue(CodeBuilder code) {
        code.nop();
    }

    /** A stage that has completed with a value. */
    private static Consumer<CodeBuilder> stage(Consumer<CodeBuilder> value) {
        return value.andThen(code ->
                code.invokestatic(FUTURE, "completedFuture", MethodTypeDesc.of(FUTURE, ConstantDescs.CD_Object)));
    }

    private static void made(CodeBuilder code, ClassDesc type) {
        code.new_(type).dup().invokespecial(type, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
    }

    private static void oneChanged(CodeBuilder code) {
        code.new_(DONE)
                .dup()
                .iconst_1()
                .invokespecial(DONE, ConstantDescs.INIT_NAME, MethodTypeDesc.ofDescriptor("(I)V"));
    }

    private static Consumer<CodeBuilder> created(String type, String constructor, Consumer<CodeBuilder> argument) {
        return code -> {
            ClassDesc created = ClassDesc.of(type);
            code.new_(created).dup();
            argument.accept(code);
            code.invokespecial(created, ConstantDescs.INIT_NAME, MethodTypeDesc.ofDescriptor(constructor))
                    .areturn();
        };
    }
}
