package dev.bailey.gateway.upstream;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes an event loop of io_uring for its scheduled tasks by timeouts that stay. A loop that waits until a moment otherwise submits
 * a timeout with every wait, which the kernel starts, ends and reports each time the loop wakes up for something else: at moderate
 * load several times for every request. A loop whose alarm is set waits without; alarms are set a few times a second only, because
 * deadlines are moved far more often than they come due. It also tells its {@link TurnLoop} when a wait is over.
 */
final class AlarmedIo implements IoHandler, IoHandlerContext {

    /** So near a moment is left to the wait itself. */
    private static final long NEAR_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private static final long NONE = -1;

    private final IoHandler io;
    private final TurnLoop loop;
    private final Alarms alarms = new Alarms();
    private IoHandlerContext context = new Unset();

    private AlarmedIo(IoHandler io, TurnLoop loop) {
        this.io = io;
        this.loop = loop;
    }

    /** For loops that are {@link TurnLoop}s, with a factory of io_uring. */
    static IoHandlerFactory of(IoHandlerFactory ioUring) {
        return loop -> new AlarmedIo(ioUring.newHandler(loop), (TurnLoop) loop);
    }

    @Override
    public int run(IoHandlerContext of) {
        context = of;
        return io.run(this);
    }

    /** What is asked before a wait: until when, unless an alarm ends it. */
    @Override
    public long deadlineNanos() {
        long due = context.deadlineNanos();
        if (due == NONE || alarms.ringBy(due)) {
            return NONE;
        }
        long delay = context.delayNanos(System.nanoTime());
        return delay >= NEAR_NANOS && alarms.set(due, delay) ? NONE : due;
    }

    /** What is asked once a wait is over, before what came is handled. */
    @Override
    public boolean shouldReportActiveIoTime() {
        loop.turnBegins();
        return context.shouldReportActiveIoTime();
    }

    @Override
    public void reportActiveIoTime(long activeNanos) {
        context.reportActiveIoTime(activeNanos);
    }

    @Override
    public boolean canBlock() {
        return context.canBlock();
    }

    @Override
    public long delayNanos(long nowNanos) {
        return context.delayNanos(nowNanos);
    }

    @Override
    public void initialize() {
        io.initialize();
        alarms.register(io);
    }

    @Override
    public void prepareToDestroy() {
        io.prepareToDestroy();
    }

    @Override
    public void destroy() {
        io.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return io.register(handle);
    }

    @Override
    public void wakeup() {
        io.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return io.isCompatible(handleType);
    }

    /** Timeouts the kernel has, {@code IORING_OP_TIMEOUT} of {@code io_uring_enter(2)}: one that runs out wakes whoever waits. */
    private static final class Alarms implements IoUringIoHandle {

        /** Also those a nearer one was set after; they run out all the same. */
        private static final int MOST = 16;

        private static final byte TIMEOUT = 11;
        private static final int NO_FILE = -1;
        private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

        /** {@code struct __kernel_timespec}; the kernel has read it when the submission is over, which follows at once. */
        private final MemorySegment time = Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES);

        private @Nullable IoRegistration registration;
        private int running;
        private short newest;

        /** The moment the newest is set for. */
        private long at = NONE;

        void register(IoHandler io) {
            try {
                registration = io.register(this);
            } catch (Exception impossible) {
                throw new IllegalStateException("io_uring took no timeouts", impossible);
            }
        }

        boolean ringBy(long due) {
            return at != NONE && at - due <= 0;
        }

        boolean set(long due, long delayNanos) {
            if (registration == null || running == MOST) {
                return false;
            }
            time.set(ValueLayout.JAVA_LONG, 0, delayNanos / NANOS);
            time.set(ValueLayout.JAVA_LONG, Long.BYTES, delayNanos % NANOS);
            newest++;
            registration.submit(timeout(newest));
            running++;
            at = due;
            return true;
        }

        private IoUringIoOps timeout(long data) {
            return new IoUringIoOps(
                    TIMEOUT, (byte) 0, (short) 0, NO_FILE, 0, time.address(), 1, 0, data, (short) 0, (short) 0, 0, 0);
        }

        @Override
        public void handle(IoRegistration of, IoEvent event) {
            IoUringIoEvent ended = (IoUringIoEvent) event;
            running--;
            if (ended.userData() == newest) {
                at = NONE;
            }
        }

        @Override
        public void close() {
            if (registration != null) {
                registration.cancel();
                registration = null;
            }
        }
    }

    /** Before the loop has run. */
    private static final class Unset implements IoHandlerContext {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long nowNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return NONE;
        }
    }
}
