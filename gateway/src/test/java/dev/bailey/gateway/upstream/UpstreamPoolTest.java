package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.NoLeaks;
import dev.bailey.gateway.RawServer;
import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ServiceSpec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class UpstreamPoolTest {

    private static final long SOON = TimeUnit.SECONDS.toNanos(10);

    private final Transport transport = Transport.best();
    private final MultiThreadIoEventLoopGroup loops = transport.eventLoops(1, "pool-test");
    private final EventLoop loop = loops.next();
    private final CountDownLatch hold = new CountDownLatch(1);
    private final RawServer one = RawServer.answering((request, _, out) -> {
        if (request.line().contains("/hold")) {
            await(hold);
        }
        out.write(RawServer.response(200, "one"));
    });
    private final RawServer other = RawServer.saying(200, "other");

    @AfterEach
    void close() {
        hold.countDown();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        one.close();
        other.close();
    }

    private UpstreamPool pool(int warm) {
        ServiceSpec service = new ServiceSpec(one.url(), Optional.empty(), List.of(), Optional.empty())
                .withReach(ReachSpec.DEFAULTS.withAddresses(place(one), place(other)));
        return new UpstreamPool(
                Upstream.of(Side.LEGACY, service, java.nio.file.Path.of("")),
                loop,
                new Scratch(),
                transport,
                Duration.ofSeconds(1),
                8,
                warm,
                1);
    }

    private static HostPort place(RawServer server) {
        return new HostPort("127.0.0.1", server.url().getPort());
    }

    private static InetSocketAddress socket(RawServer server) {
        return new InetSocketAddress("127.0.0.1", server.url().getPort());
    }

    private CompletableFuture<Integer> call(UpstreamPool pool, String target) {
        Told told = new Told();
        loop.execute(() -> new UpstreamCall(pool, new Get(target), System.nanoTime(), SOON, SOON, null, told).start());
        return told.status;
    }

    private record Get(String target) implements OutgoingRequest {
        @Override
        public void writeHead(Upstream upstream, ByteWriter out) {
            out.ascii("GET ")
                    .ascii(target)
                    .ascii(" HTTP/1.1\r\n")
                    .bytes(upstream.hostLine())
                    .crlf();
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public byte[] wholeBody() {
            return new byte[0];
        }

        @Override
        public boolean isChunked() {
            return false;
        }
    }

    private static final class Told implements AnswerListener {
        final CompletableFuture<Integer> status = new CompletableFuture<>();
        private int answered;

        @Override
        public void head(AnswerHead head) {
            answered = head.status();
        }

        @Override
        public void body(ByteBuf chunk) {
            chunk.release();
        }

        @Override
        public void end(@Nullable Trailers trailers) {
            status.complete(answered);
        }

        @Override
        public void failed(Failure failure) {
            status.completeExceptionally(new IllegalStateException(failure.message()));
        }
    }

    @Test
    void ofAnAddressThatVanishesIdleConnectionsAreClosedAndCallsUnderWayEnd() {
        UpstreamPool pool = pool(0);
        while (one.connections() == 0 || other.connections() == 0) {
            assertThat(call(pool, "/a").join()).isEqualTo(200);
        }
        CompletableFuture<Integer> held = call(pool, "/hold");
        while (one.requests().stream().noneMatch(request -> request.line().contains("/hold"))) {
            if (held.isDone()) {
                held = call(pool, "/hold"); // it went to the other
            }
            Thread.onSpinWait();
        }
        assertThat(one.openConnections()).isEqualTo(1);

        pool.upstream().addresses().set(List.of(socket(other)));
        assertThat(other.openConnections()).isPositive();
        int before = one.requests().size();
        for (int i = 0; i < 20; i++) {
            assertThat(call(pool, "/a").join()).isEqualTo(200);
        }
        assertThat(one.requests()).as("nothing new goes there").hasSize(before);
        hold.countDown();
        assertThat(held.join()).as("what is under way ends").isEqualTo(200);
        Awaitility.await().until(() -> one.openConnections() == 0);

        pool.upstream().addresses().set(List.of(socket(one)));
        assertThat(call(pool, "/a").join()).isEqualTo(200);
        Awaitility.await().until(() -> other.openConnections() == 0);
    }

    @Test
    void warmConnectionsAreOpenBeforeTheyAreAskedForAlsoToAnAddressThatJoins() {
        UpstreamPool pool = pool(3);
        Awaitility.await().until(() -> one.openConnections() == 3 && other.openConnections() == 3);
        try (RawServer joins = RawServer.saying(200, "joined")) {
            pool.upstream().addresses().set(List.of(socket(one), socket(joins)));
            Awaitility.await().until(() -> joins.openConnections() == 3 && other.openConnections() == 0);
            assertThat(one.connections()).isEqualTo(3);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
