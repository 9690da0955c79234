package dev.bailey.gateway.upstream;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that reads the clock once a turn: when its wait is over. What it does then takes microseconds, and readings are
 * dear where it does little else. A busy loop reads again every {@value #READINGS} times it is asked, so that time never stands
 * still for long. Other threads are always told the time as it is. Its handler of io must say when a turn begins.
 */
public final class TurnLoop extends SingleThreadIoEventLoop {

    private static final int READINGS = 64;

    private final @Nullable Ticker ticker;

    /** Used on the loop alone. */
    private long turnNanos;

    private int left;

    private TurnLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory io) {
        super(parent, executor, io);
        this.ticker = new TurnTicker();
    }

    static MultiThreadIoEventLoopGroup group(int threads, ThreadFactory factory, IoHandlerFactory handlers) {
        return new MultiThreadIoEventLoopGroup(threads, factory, handlers) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... none) {
                return new TurnLoop(this, executor, io);
            }
        };
    }

    /** {@code System.nanoTime()}; on a loop that keeps turns, as it was when the present one began, or a little later. */
    public static long now(EventExecutor loop) {
        return loop instanceof TurnLoop turns ? turns.now() : System.nanoTime();
    }

    void turnBegins() {
        turnNanos = System.nanoTime();
        left = READINGS;
    }

    private long now() {
        if (!inEventLoop()) {
            return System.nanoTime();
        }
        if (left-- <= 0) {
            turnBegins();
        }
        return turnNanos;
    }

    @Override
    public Ticker ticker() {
        Ticker turns = ticker;
        return turns == null ? Ticker.systemTicker() : turns; // it is asked for before this loop is made
    }

    /** Counts from where the system's does. */
    private final class TurnTicker implements Ticker {
        private final long beginning = Ticker.systemTicker().initialNanoTime();

        @Override
        public long initialNanoTime() {
            return beginning;
        }

        @Override
        public long nanoTime() {
            return now() - beginning;
        }

        @Override
        public void sleep(long delay, TimeUnit unit) throws InterruptedException {
            unit.sleep(delay);
        }
    }
}
