package dev.bailey.simulation;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A mistake somebody could have made in the code, made in its class file: nothing in the sources can switch one on.
 *
 * @param what in words
 * @param type the class it is made in
 * @param nodes among how many nodes it shows; {@link Seeds#JOURNAL} for those of a journal alone
 * @param seed whose world shows it, and soon
 */
record Mistake(String what, String type, int nodes, long seed, ClassTransform change, AtomicInteger made) {

    private Mistake(String what, String type, ClassTransform change, AtomicInteger made) {
        this(what, type, 1, 1, change, made);
    }

    Mistake shownBy(long known) {
        return new Mistake(what, type, nodes, known, change, made);
    }

    Mistake amongNodes(int count) {
        return new Mistake(what, type, count, seed, change, made);
    }

    private static Mistake of(String what, String type, Predicate<MethodModel> where, MethodTransform change) {
        AtomicInteger made = new AtomicInteger();
        return new Mistake(
                what,
                type,
                ClassTransform.transformingMethods(
                        method -> {
                            boolean here = where.test(method) && method.code().isPresent();
                            if (here) {
                                made.incrementAndGet();
                            }
                            return here;
                        },
                        change),
                made);
    }

    private static Predicate<MethodModel> named(String method) {
        return model -> model.methodName().equalsString(method);
    }

    private static Mistake inCode(
            String what, String type, Predicate<MethodModel> where, CodeTransform change, AtomicInteger made) {
        return new Mistake(
                what, type, ClassTransform.transformingMethods(where, MethodTransform.transformingCode(change)), made);
    }

    /** A method does nothing but return. */
    static Mistake answers(String what, String type, String method, Consumer<CodeBuilder> answer) {
        return of(what, type, named(method), (builder, element) -> {
            if (element instanceof CodeModel) {
                builder.withCode(answer);
            } else {
                builder.with(element);
            }
        });
    }

    /** A method, or one of the lambdas in it, does not make a call, and goes on with a value of its own. */
    static Mistake skips(String what, String type, String method, String called, Consumer<CodeBuilder> value) {
        AtomicInteger made = new AtomicInteger();
        CodeTransform change = (builder, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
                made.incrementAndGet();
                drop(builder, call.typeSymbol().parameterList());
                if (call.opcode() != Opcode.INVOKESTATIC) {
                    builder.pop();
                }
                value.accept(builder);
            } else {
                builder.with(element);
            }
        };
        return inCode(
                what,
                type,
                named(method).or(model -> model.methodName().stringValue().startsWith("lambda$" + method + "$")),
                change,
                made);
    }

    /** A method calls another one of the same shape. */
    static Mistake calls(String what, String type, String method, String called, String instead) {
        AtomicInteger made = new AtomicInteger();
        CodeTransform change = (CodeBuilder builder, CodeElement element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
                made.incrementAndGet();
                builder.invoke(call.opcode(), call.owner().asSymbol(), instead, call.typeSymbol(), call.isInterface());
            } else {
                builder.with(element);
            }
        };
        return inCode(what, type, named(method), change, made);
    }

    /** A method finds a flag not set. */
    static Mistake overlooks(String what, String type, String method, String field) {
        AtomicInteger made = new AtomicInteger();
        CodeTransform change = (builder, element) -> {
            if (element instanceof FieldInstruction read
                    && read.opcode() == Opcode.GETFIELD
                    && read.name().equalsString(field)) {
                made.incrementAndGet();
                builder.pop().iconst_0();
            } else {
                builder.with(element);
            }
        };
        return inCode(what, type, named(method), change, made);
    }

    /** A method calls another one of its object before it returns. */
    static Mistake alsoCalls(String what, String type, String method, String also) {
        AtomicInteger made = new AtomicInteger();
        CodeTransform change = (builder, element) -> {
            if (element instanceof ReturnInstruction) {
                made.incrementAndGet();
                builder.aload(0).invokevirtual(ClassDesc.of(type), also, MethodTypeDesc.ofDescriptor("()V"));
            }
            builder.with(element);
        };
        return inCode(what, type, named(method), change, made);
    }

    private static void drop(CodeBuilder builder, List<ClassDesc> arguments) {
        for (ClassDesc argument : arguments.reversed()) {
            if (TypeKind.from(argument).slotSize() == 2) {
                builder.pop2();
            } else {
                builder.pop();
            }
        }
    }

    byte[] madeIn(byte[] type, ClassFile files) {
        return files.transformClass(files.parse(type), change);
    }

    @Override
    public String toString() {
        return what;
    }
}
