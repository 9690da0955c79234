package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.load.HeldBytes;
import dev.bailey.gateway.load.LoopLoad;
import dev.bailey.gateway.upstream.UpstreamPool;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.Text;
import io.netty.channel.EventLoop;
import java.util.SplittableRandom;

/** Everything that belongs to one event loop: its connections to both sides, its counters, its random numbers. */
public record Lane(
        EventLoop loop,
        Scratch scratch,
        AnswerEdits edits,
        Decision decision,
        LoopLoad load,
        HeldBytes held,
        UpstreamPool legacy,
        UpstreamPool modern,
        Traffic.Stripe traffic,
        RequestId ids,
        Pins pins,
        Text text,
        SplittableRandom random) {

    UpstreamPool pool(Side side) {
        return side == Side.LEGACY ? legacy : modern;
    }

    /** Runs on the loop: at once when already there. */
    void run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
