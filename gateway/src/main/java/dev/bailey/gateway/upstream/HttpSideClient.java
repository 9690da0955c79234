package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.GrpcStatus;
import dev.bailey.gateway.http.Methods;
import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.BufferedAnswer.Answered;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.BufferedAnswer.Failed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.write.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends whole requests over connections and one thread of its own. What depends on its stages runs on virtual threads, so
 * it may block.
 */
public final class HttpSideClient implements SideClient, AutoCloseable {

    private final MultiThreadIoEventLoopGroup loops;
    private final EventLoop loop;
    private final Map<Side, UpstreamPool> pools = new EnumMap<>(Side.class);
    private final List<Upstream.Watch> followed = new ArrayList<>();
    private final Executor answers =
            task -> Thread.ofVirtual().name("side-answer").start(task);

    private HttpSideClient(MigrationSpec spec, Path folder, int maxConnectionsPerSide) {
        Transport transport = Transport.best();
        this.loops = transport.eventLoops(1, "bailey-side");
        this.loop = loops.next();
        Scratch scratch = new Scratch();
        for (Side side : Side.values()) {
            Upstream upstream = Upstream.of(side, spec.service(side), folder);
            followed.add(upstream.follow());
            pools.put(
                    side,
                    new UpstreamPool(
                            upstream,
                            loop,
                            scratch,
                            transport,
                            spec.gateway().connectTimeout(),
                            maxConnectionsPerSide,
                            0,
                            side.ordinal() + 1L));
        }
    }

    /**
     * @param folder what paths of the migration file are relative to
     * @param maxConnectionsPerSide at least 1; requests over it wait, bounded, for at most the connect timeout
     */
    public static HttpSideClient open(MigrationSpec spec, Path folder, int maxConnectionsPerSide) {
        if (maxConnectionsPerSide < 1) {
            throw new IllegalArgumentException("connections " + maxConnectionsPerSide + " (expected at least 1)");
        }
        return new HttpSideClient(spec, folder, maxConnectionsPerSide);
    }

    @Override
    public CompletionStage<BufferedAnswer> send(
            Side side, BufferedRequest request, Duration timeout, int maxBodyBytes) {
        Collecting collecting = new Collecting(maxBodyBytes);
        try {
            loop.execute(() -> begin(side, request, timeout, collecting));
        } catch (RejectedExecutionException closed) {
            collecting.fail(Cause.CONNECT, false, "the client is closed");
        }
        return collecting.result;
    }

    private void begin(Side side, BufferedRequest request, Duration timeout, Collecting collecting) {
        UpstreamPool pool = pools.get(side);
        if (pool == null) {
            throw new AssertionError(side);
        }
        UpstreamCall call = new UpstreamCall(
                pool, new Whole(request), System.nanoTime(), timeout.toNanos(), timeout.toNanos(), null, collecting);
        collecting.call = call;
        // The whole exchange, waiting for a connection included, keeps to the timeout; a slow trickle does not extend
        // it.
        var limit = loop.schedule(() -> collecting.timedOut(side), timeout.toNanos(), TimeUnit.NANOSECONDS);
        collecting.result.whenComplete((_, _) -> limit.cancel(false));
        call.start();
    }

    /** A request held whole, with the framing of this hop. */
    private record Whole(BufferedRequest request) implements OutgoingRequest {

        @Override
        public void writeHead(Upstream upstream, ByteWriter out) {
            out.ascii(request.method()).ascii(" ").ascii(upstream.pathPrefix()).ascii(request.target());
            out.ascii(" HTTP/1.1\r\n").bytes(upstream.hostLine());
            for (Header header : request.headers()) {
                if (EndToEnd.isSentOn(header.name())) {
                    out.field(header.name(), header.value());
                }
            }
            if (request.body().length > 0 || !Methods.isSafe(request.method())) {
                out.ascii("Content-Length: ").decimal(request.body().length).crlf();
            }
            out.crlf();
        }

        @Override
        public String method() {
            return request.method();
        }

        @Override
        public byte[] wholeBody() {
            return request.body();
        }

        @Override
        public boolean isChunked() {
            return false;
        }
    }

    /** Closes the connections; requests under way fail. */
    @Override
    public void close() {
        followed.forEach(Upstream.Watch::close);
        loop.execute(() -> pools.values().forEach(UpstreamPool::close));
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }

    /** Gathers one answer. Written on the event loop only. */
    private final class Collecting implements AnswerListener {
        final CompletableFuture<BufferedAnswer> result = new CompletableFuture<>();
        private final long startedNanos = System.nanoTime();
        private final int maxBodyBytes;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream(512);

        @Nullable
        UpstreamCall call;

        private @Nullable AnswerHead answered;
        private boolean done;
        private int status;
        private List<Header> headers = List.of();

        Collecting(int maxBodyBytes) {
            this.maxBodyBytes = maxBodyBytes;
        }

        @Override
        public void head(AnswerHead head) {
            answered = head;
            status = head.status();
            List<Header> came = new ArrayList<>(head.count());
            head.forEach((name, value) -> came.add(new Header(name, value)));
            headers = came;
        }

        @Override
        public void body(ByteBuf chunk) {
            try {
                int length = chunk.readableBytes();
                if (body.size() + length > maxBodyBytes) {
                    giveUp();
                    fail(Cause.TOO_LARGE, true, "an answer above " + maxBodyBytes + " bytes");
                } else {
                    body.writeBytes(ByteBufUtil.getBytes(chunk));
                }
            } finally {
                chunk.release();
            }
        }

        @Override
        public void end(@Nullable Trailers trailers) {
            AnswerHead came = answered;
            if (came != null && GrpcStatus.isGrpc(came)) {
                status = GrpcStatus.toHttp(GrpcStatus.of(came, trailers));
            }
            complete(new Answered(status, headers, body.toByteArray(), took()));
        }

        @Override
        public void failed(Failure failure) {
            fail(failure.cause(), failure.sent(), failure.message());
        }

        void timedOut(Side side) {
            boolean sent = call == null || call.isConnected();
            giveUp();
            fail(Cause.TIMEOUT, sent, side.label() + " did not answer in time");
        }

        private void giveUp() {
            if (call != null) {
                call.cancel();
            }
        }

        private void fail(Cause cause, boolean sent, String message) {
            complete(new Failed(cause, sent, message, took()));
        }

        private void complete(BufferedAnswer answer) {
            if (!done) {
                done = true;
                result.completeAsync(() -> answer, answers);
            }
        }

        private Duration took() {
            return Duration.ofNanos(System.nanoTime() - startedNanos);
        }
    }
}
