package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies far above what the gateway may hold pass through it, in a test process with a small heap. */
@ExtendWith(NoLeaks.class)
class StreamingTest {

    private static final long SIZE = 200L << 20;
    private static final long MAX_HELD = 48L << 20;

    @Test
    void twoHundredMegabytesGoUpWithFlatMemory() throws Exception {
        AtomicLong received = new AtomicLong();
        try (RawServer legacy = RawServer.streaming((request, _, out) -> {
                    received.set(swallow(request.in(), SIZE));
                    out.write(RawServer.response(200, "ok"));
                });
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client();
                Watch watch = new Watch()) {
            client.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: " + SIZE + "\r\n\r\n");
            byte[] block = new byte[1 << 16];
            for (long sent = 0; sent < SIZE; sent += block.length) {
                client.send(block);
            }
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(received).hasValue(SIZE);
            assertThat(watch.peak()).isLessThan(MAX_HELD);
        }
    }

    @Test
    void twoHundredMegabytesComeDownAsFastAsASlowReaderReads() throws Exception {
        try (RawServer legacy = RawServer.streaming((_, _, out) -> {});
                Server server = new Server();
                Bridge bridge = Bridge.between(server.raw.url(), legacy.url()).open();
                RawClient client = new RawClient(bridge.gateway.address(), 64 * 1024);
                Watch watch = new Watch()) {
            client.get("/download");
            await().pollDelay(Duration.ofMillis(200)).until(server::standsStill);
            assertThat(server.sent.get())
                    .as("the service is held back while nobody reads")
                    .isLessThan(SIZE / 4);
            String head = RawServer.head(client.in());
            assertThat(head).contains("200").contains("Content-Length: " + SIZE);
            assertThat(swallow(client.in(), SIZE)).isEqualTo(SIZE);
            assertThat(client.get("/small").answer().text()).isEqualTo("small");
            assertThat(watch.peak()).isLessThan(MAX_HELD);
        }
    }

    @Test
    void aSlowServiceHoldsBackAFastUploader() throws Exception {
        AtomicBoolean go = new AtomicBoolean();
        AtomicLong received = new AtomicLong();
        AtomicLong sent = new AtomicLong();
        try (RawServer legacy = RawServer.streaming((request, _, out) -> {
                    await().until(go::get);
                    received.set(swallow(request.in(), SIZE / 4));
                    out.write(RawServer.response(200, "ok"));
                });
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client();
                Watch watch = new Watch()) {
            Thread uploader = Thread.ofVirtual().start(() -> {
                try {
                    client.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: " + SIZE / 4 + "\r\n\r\n");
                    byte[] block = new byte[1 << 16];
                    while (sent.get() < SIZE / 4) {
                        client.send(block);
                        sent.addAndGet(block.length);
                    }
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                }
            });
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(150))
                    .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(SIZE / 8);
            go.set(true);
            uploader.join();
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(received).hasValue(SIZE / 4);
            assertThat(watch.peak()).isLessThan(MAX_HELD);
        }
    }

    private static long swallow(InputStream in, long size) throws IOException {
        byte[] block = new byte[1 << 16];
        long left = size;
        while (left > 0) {
            int read = in.read(block, 0, (int) Math.min(block.length, left));
            if (read < 0) {
                break;
            }
            left -= read;
        }
        return size - left;
    }

    /** Sends a large body and counts what it could send. */
    private static final class Server implements AutoCloseable {
        final AtomicLong sent = new AtomicLong();
        private final AtomicLong before = new AtomicLong(-1);
        final RawServer raw = RawServer.streaming((request, _, out) -> {
            if (request.line().contains("/small")) {
                out.write(RawServer.response(200, "small"));
            } else {
                download(out);
            }
        });

        private void download(OutputStream out) throws IOException {
            out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: " + SIZE, "", ""));
            byte[] block = new byte[1 << 16];
            while (sent.get() < SIZE) {
                out.write(block);
                sent.addAndGet(block.length);
            }
        }

        boolean standsStill() {
            long now = sent.get();
            return now > 0 && before.getAndSet(now) == now;
        }

        @Override
        public void close() {
            raw.close();
        }
    }

    /** Looks at the memory outside the heap, where bodies pass, beyond what it was before: pools of earlier tests keep theirs. */
    private static final class Watch implements AutoCloseable {
        private final long begun = PlatformDependent.usedDirectMemory();
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong peak = new AtomicLong();
        private final Thread thread = Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) {
                peak.accumulateAndGet(PlatformDependent.usedDirectMemory(), Math::max);
                LockSupport.parkNanos(5_000_000);
            }
        });

        long peak() {
            assertThat(peak.get()).as("direct memory is measured").isPositive();
            return peak.get() - begun;
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            thread.join();
        }
    }
}
