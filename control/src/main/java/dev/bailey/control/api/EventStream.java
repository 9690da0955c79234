package dev.bailey.control.api;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events: the status when it changed, what is told as it is told. Each viewer has a virtual thread and a bounded
 * queue; one who reads too slowly misses sentences, never stops anybody.
 */
final class EventStream {

    private static final int QUEUE = 256;
    private static final int HEARTBEAT_SECONDS = 15;

    private final StatusFeed feed;
    private final Narrator narrator;
    private final Semaphore viewers;
    private volatile boolean closed;

    EventStream(StatusFeed feed, Narrator narrator, int maxViewers) {
        this.feed = feed;
        this.narrator = narrator;
        this.viewers = new Semaphore(maxViewers);
    }

    void serve(Context context) throws IOException {
        if (!viewers.tryAcquire()) {
            throw new ApiError(ApiError.Code.TOO_MANY, "too many viewers at once", "close one, or ask for the status");
        }
        BlockingQueue<ToldView> told = new ArrayBlockingQueue<>(QUEUE);
        narrator.last().forEach(told::offer);
        try (Narrator.Listening _ = narrator.listen(told::offer)) {
            context.contentType("text/event-stream").header("Cache-Control", "no-store");
            ServletOutputStream out = context.res().getOutputStream();
            out.flush();
            send(out, told);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            viewers.release();
        }
    }

    /** Lets every viewer's thread end within a second. */
    void close() {
        closed = true;
    }

    private void send(ServletOutputStream out, BlockingQueue<ToldView> told) throws IOException, InterruptedException {
        @Nullable StatusView sent = null;
        int silent = 0;
        while (!closed) {
            StatusFeed.Taken taken = feed.take();
            if (!taken.news().equals(sent)) {
                event(out, "status", taken.json());
                sent = taken.news();
                silent = 0;
            } else if (++silent >= HEARTBEAT_SECONDS) {
                out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                silent = 0;
            }
            tell(out, told);
        }
    }

    /** Passes on what is told for a second. */
    private static void tell(ServletOutputStream out, BlockingQueue<ToldView> told)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (true) {
            ToldView next = told.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            event(out, "told", ApiJson.mapper().writeValueAsString(next));
        }
    }

    private static void event(ServletOutputStream out, String name, String json) throws IOException {
        out.write(("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
