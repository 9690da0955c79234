package dev.bailey.gateway.upstream;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Wakes an event loop for its scheduled tasks from another thread. With io_uring a loop that waits until a moment submits a
 * timeout with every wait, which the kernel starts, ends and reports each time the loop wakes up for something else: at moderate
 * load several times for every request. A loop whose alarm is set waits without; alarms are set a few times a second only,
 * because deadlines are moved far more often than they come due.
 */
final class AlarmedIo implements IoHandler, IoHandlerContext {

    /** So near a moment is left to the kernel, which is more exact. */
    private static final long NEAR_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private static final long NONE = -1;

    private final IoHandler io;
    private final Executor loop;
    private IoHandlerContext context = new Unset();

    /** The moment the alarm is set for, as {@link #deadlineNanos} has it. Set by the loop, taken back by the clock. */
    private volatile long alarmAt = NONE;

    private AlarmedIo(IoHandler io, Executor loop) {
        this.io = io;
        this.loop = loop;
    }

    static IoHandlerFactory of(IoHandlerFactory factory) {
        return loop -> new AlarmedIo(factory.newHandler(loop), loop);
    }

    /** One thread for all loops; it only ever sets loops going. */
    private static final class Clock {
        static final ScheduledThreadPoolExecutor THREAD = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("bailey-alarm").daemon().factory());
    }

    @Override
    public int run(IoHandlerContext of) {
        context = of;
        return io.run(this);
    }

    @Override
    public long deadlineNanos() {
        long due = context.deadlineNanos();
        if (due == NONE) {
            return NONE;
        }
        long set = alarmAt;
        if (set != NONE && set - due <= 0) {
            return NONE;
        }
        long delay = context.delayNanos(System.nanoTime());
        if (delay < NEAR_NANOS) {
            return due;
        }
        alarmAt = due;
        Clock.THREAD.schedule(() -> ring(due), delay, TimeUnit.NANOSECONDS);
        return NONE;
    }

    private void ring(long due) {
        if (alarmAt == due) {
            alarmAt = NONE;
            try {
                loop.execute(AlarmedIo::wake);
            } catch (RejectedExecutionException ended) {
                // the loop needs no waking any more
                return;
            }
        }
    }

    /** That it is run is all it is for. */
    private static void wake() {}

    @Override
    public boolean canBlock() {
        return context.canBlock();
    }

    @Override
    public long delayNanos(long nowNanos) {
        return context.delayNanos(nowNanos);
    }

    @Override
    public void reportActiveIoTime(long activeNanos) {
        context.reportActiveIoTime(activeNanos);
    }

    @Override
    public boolean shouldReportActiveIoTime() {
        return context.shouldReportActiveIoTime();
    }

    @Override
    public void initialize() {
        io.initialize();
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
