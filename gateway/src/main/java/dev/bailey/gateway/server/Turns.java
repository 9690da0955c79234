package dev.bailey.gateway.server;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel which threads of this process go first on a core that several want. Some work in short turns: one that wakes
 * goes before a thread that computes, in place of waiting for the end of that one's turn of milliseconds (the slice of
 * {@code sched_setattr(2)} for ordinary threads, Linux 6.12 and newer; older kernels and other systems ignore it). Some give way:
 * they have what others leave, and a small share when nothing is left (their nice value). Thread-safe.
 */
public final class Turns {

    private static final Logger log = LoggerFactory.getLogger(Turns.class);

    /** The shortest the kernel knows. */
    static final long TURN_NANOS = 100_000;

    /** A nice value: about a thirtieth of a core that an ordinary thread wants whole. */
    static final int YIELDING = 15;

    private static final Path THREADS = Path.of("/proc/self/task");

    /** The kernel's list of threads may end early, or leave some out, when one of them ends while it is read. */
    private static final int LOOKS = 5;

    /** The kernel keeps so many characters of a thread's name. */
    private static final int KEPT_CHARACTERS = 15;

    /** {@code struct sched_attr}, first version: size, policy, flags, nice, priority, runtime, deadline, period. */
    private static final long ATTRIBUTE_BYTES = 48;

    private static final long POLICY = 4;
    private static final long NICE = 16;
    private static final long RUNTIME = 24;
    private static final int ORDINARY = 0;

    private final MethodHandle syscall;
    private final long setNumber;
    private final long getNumber;

    private Turns(MethodHandle syscall, long setNumber, long getNumber) {
        this.syscall = syscall;
        this.setNumber = setNumber;
        this.getNumber = getNumber;
    }

    /** Short turns for the threads whose name begins so; what the kernel does not grant stays as it was. */
    public static void shorten(String names) {
        each(names, Turns::shorten);
    }

    /** Makes the threads whose name begins so give way to all others, and those they start. */
    public static void giveWay(String names) {
        each(names, Turns::giveWay);
    }

    private static void each(String names, ObjIntConsumer<Turns> ask) {
        if (!Files.isDirectory(THREADS)) {
            return;
        }
        try {
            Turns kernel = open();
            if (kernel == null) {
                return;
            }
            String kept = names.substring(0, Math.min(names.length(), KEPT_CHARACTERS));
            for (int look = 0; look < LOOKS; look++) {
                each(kernel, kept, ask);
            }
        } catch (IOException | RuntimeException refused) {
            log.debug("threads {} keep the turns they have", names, refused);
        }
    }

    private static void each(Turns kernel, String names, ObjIntConsumer<Turns> ask) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                if (name(thread).startsWith(names)) {
                    ask.accept(kernel, Integer.parseInt(thread.getFileName().toString()));
                }
            }
        }
    }

    /** The name the kernel keeps of a thread; empty once the thread has ended, which any may between being listed and being read. */
    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    /** Null on a machine whose numbers of system calls are not known here. */
    @SuppressWarnings("restricted") // the launcher grants native access
    static @Nullable Turns open() {
        boolean intel =
                System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("amd64");
        boolean arm = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("aarch64");
        if (!intel && !arm) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle syscall = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        return intel ? new Turns(syscall, 314, 315) : new Turns(syscall, 274, 275);
    }

    private void shorten(int thread) {
        change(thread, attributes -> attributes.set(ValueLayout.JAVA_LONG, RUNTIME, TURN_NANOS));
    }

    private void giveWay(int thread) {
        change(thread, attributes -> {
            attributes.set(ValueLayout.JAVA_INT, NICE, Math.max(YIELDING, attributes.get(ValueLayout.JAVA_INT, NICE)));
            attributes.set(ValueLayout.JAVA_LONG, RUNTIME, 0);
        });
    }

    private void change(int thread, Consumer<MemorySegment> change) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = read(thread, arena);
            if (attributes != null && attributes.get(ValueLayout.JAVA_INT, POLICY) == ORDINARY) {
                attributes.set(ValueLayout.JAVA_INT, 0, (int) ATTRIBUTE_BYTES);
                change.accept(attributes);
                call(setNumber, thread, attributes, 0, 0);
            }
        }
    }

    /** The nice value of the thread. */
    OptionalInt nice(int thread) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = read(thread, arena);
            return attributes == null
                    ? OptionalInt.empty()
                    : OptionalInt.of(attributes.get(ValueLayout.JAVA_INT, NICE));
        }
    }

    /** How long a turn of the thread is, as the kernel tells it; 0 where it has no length of its own. */
    OptionalLong turnNanos(int thread) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = read(thread, arena);
            return attributes == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(attributes.get(ValueLayout.JAVA_LONG, RUNTIME));
        }
    }

    private @Nullable MemorySegment read(int thread, Arena arena) {
        MemorySegment attributes = arena.allocate(ATTRIBUTE_BYTES, Long.BYTES);
        return call(getNumber, thread, attributes, ATTRIBUTE_BYTES, 0) == 0 ? attributes : null;
    }

    private long call(long number, int thread, MemorySegment attributes, long third, long fourth) {
        try {
            return (long) syscall.invokeExact(number, (long) thread, attributes, third, fourth);
        } catch (RuntimeException | Error bug) {
            throw bug;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a system call threw", impossible);
        }
    }
}
