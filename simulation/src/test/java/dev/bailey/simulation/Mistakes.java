package dev.bailey.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.Consumer;

/** Mistakes that a write path can have; the simulator must find each. */
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
                        .lookedForFrom(151),
                Mistake.answers(
                        "holds are ignored",
                        WRITES + "SliceGate$Inside",
                        "pass",
                        code -> code.getstatic(PASSAGE, "PASSED", PASSAGE).areturn()),
                Mistake.answers(
                        "writes in flight are not waited for",
                        WRITES + "SliceGate",
                        "awaitQuiet",
                        Mistakes::answerTrue),
                Mistake.skips(
                                "a handover lets creates pass",
                                WRITES + "PinnedRequest",
                                "differs",
                                "isMinted",
                                CodeBuilder::iconst_0)
                        .lookedForFrom(3_101),
                Mistake.skips(
                        "held writes are never released", HANDOVER + "$Attempt", "hold", "release", Mistakes::noValue),
                Mistake.answers(
                        "delivered is noted and nothing is sent",
                        WRITES + "Replay",
                        "send",
                        created(
                                WRITES + "Replay$Replayed$Carried",
                                "(Ljava/lang/String;)V",
                                code -> code.loadConstant("nothing"))),
                Mistake.answers(
                        "the order of the lane is forgotten",
                        WRITES + "EntityLanes$Ticket",
                        "await",
                        Mistakes::answerTrue),
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
                        "target"),
                Mistake.calls(
                        "an entity's writes are delivered backwards",
                        WRITES + "EntityQueue",
                        "head",
                        "firstEntry",
                        "lastEntry"),
                Mistake.skips(
                        "the debt of an unknown create is forgotten",
                        WRITES + "Resolver",
                        "book",
                        "oweReconcile",
                        CodeBuilder::iconst_1),
                Mistake.answers(
                        "what may still land is not waited for", WRITES + "Replay", "landing", Mistakes::answerNoTime),
                Mistake.overlooks(
                                "a write during a refresh counts as seen",
                                WRITES + "SlicePending",
                                "enqueue",
                                "refreshing")
                        .lookedForFrom(76),
                Mistake.answers("asks where nobody may ask", WRITES + "Asking", "mayBeAsked", Mistakes::answerTrue),
                Mistake.answers(
                        "writes pass one the authority may not have",
                        WRITES + "SlicePending",
                        "blocks",
                        Mistakes::answerFalse),
                Mistake.answers(
                        "a change the disk refused is forgotten", WRITES + "Durably", "again", CodeBuilder::return_),
                Mistake.answers(
                        "a handover commits whatever it finds",
                        HANDOVER + "$Attempt",
                        "obstacle",
                        code -> code.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL))
                                .areturn()),
                Mistake.skips(
                        "a debt during a handover is overlooked",
                        HANDOVER + "$Attempt",
                        "obstacle",
                        "containsAll",
                        CodeBuilder::iconst_1),
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
                        .lookedForFrom(301),
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
                        stage(code -> made(code, FRESH))),
                Mistake.skips(
                                "a restart forgets the key of a write under way",
                                WRITES + "AdmissionRules",
                                "intent",
                                "or",
                                code -> code.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL)))
                        .lookedForFrom(76),
                Mistake.skips(
                                "a restart forgets the key of a write that has no record",
                                WRITES + "KeyedWrites",
                                "admitted",
                                "sent",
                                stage(Mistakes::oneChanged))
                        .lookedForFrom(301),
                Mistake.skips(
                        "the answer of another request with the same key is given",
                        WRITES + "KeyedWrites",
                        "taken",
                        "isEqual",
                        CodeBuilder::iconst_1),
                Mistake.skips(
                        "clients share their keys",
                        WRITES + "KeyedWrites",
                        "admit",
                        "consumer",
                        code -> code.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL))),
                Mistake.skips(
                        "the key of a write of unknown fate stays under way",
                        WRITES + "KeyedWrites$Keyed",
                        "ended",
                        "unknown",
                        stage(Mistakes::oneChanged)),
                Mistake.skips(
                        "the key of a write that was not made is not given free",
                        WRITES + "KeyedWrites",
                        "released",
                        "untilTaken",
                        stage(code -> code.getstatic(BOOLEAN, "TRUE", BOOLEAN))));
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
