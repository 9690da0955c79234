package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.RawHttp2.Frame;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class DrainTest {

    @Test
    void drainingAnswersWhatIsUnderWayAndTakesNothingNew() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (RawServer legacy = RawServer.answering((_, _, out) -> {
                    try {
                        answer.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    out.write(RawServer.response(200, "late"));
                });
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient busy = bridge.client()) {
            busy.get("/slow");
            await().until(() -> legacy.requests().size() == 1);
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> drain(bridge));
            await().until(() -> {
                try (RawClient late = bridge.client()) {
                    return false;
                } catch (IOException refused) {
                    return true;
                }
            });
            assertThat(drained).isNotDone();
            answer.countDown();
            Answer last = busy.answer();
            assertThat(last.text()).isEqualTo("late");
            assertThat(last.header("Connection")).isEqualToIgnoringCase("close");
            assertThat(busy.isEnded()).isTrue();
            assertThat(drained.get()).isTrue();
            assertThatThrownBy(bridge::client).isInstanceOf(IOException.class);
        }
    }

    private static boolean drain(Bridge bridge) {
        try {
            return bridge.gateway.drain(Duration.ofSeconds(10));
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void drainingClosesConnectionsThatOnlyWait() throws Exception {
        try (RawServer legacy = RawServer.saying(200, "ok");
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient idle = bridge.client()) {
            idle.get("/a").answer();
            assertThat(bridge.gateway.drain(Duration.ofSeconds(10))).isTrue();
            assertThat(idle.isEnded()).isTrue();
        }
    }

    /** Of some of these answers the end waits in the gateway, as the sockets' buffers are full. */
    @Test
    void drainingCutsNoAnswerThatIsReadSlowly() throws Exception {
        int step = 96 * 1_024;
        int clients = 50;
        List<RawClient> slow = new ArrayList<>();
        try (RawServer legacy = RawServer.answering((request, _, out) ->
                        out.write(RawServer.response(200, "x".repeat(step * sizeAsked(request.head())))));
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient idle = bridge.client()) {
            idle.get("/0").answer();
            for (int size = 1; size <= clients; size++) {
                slow.add(new RawClient(bridge.gateway.address(), 65_536).get("/" + size));
            }
            await().until(() -> legacy.requests().size() == clients + 1);
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> drain(bridge));
            assertThat(idle.isEnded()).isTrue();
            for (int size = 1; size <= clients; size++) {
                assertThat(slow.get(size - 1).answer().body()).hasSize(size * step);
            }
            assertThat(drained.get()).isTrue();
        }
    }

    /** The client of HTTP/2 goes on sending while it reads, as it opens its windows: after a close each of these would be answered by a reset. */
    @Test
    void drainingCutsNoAnswerOfHttp2ThatIsReadSlowly() throws Exception {
        int size = 400_000;
        try (RawServer legacy = RawServer.saying(200, "x".repeat(size));
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawHttp2 slow = new RawHttp2(bridge.gateway.address(), 8_192)) {
            slow.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0x10, 0, 0});
            slow.frame(RawHttp2.WINDOW_UPDATE, 0, 0, new byte[] {0, 0x10, 0, 0});
            slow.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, RawHttp2.get("/large"));
            await().until(() -> legacy.requests().size() == 1);
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> drain(bridge));
            int read = 0;
            Frame frame = slow.next();
            boolean ended = false;
            while (frame != null) {
                if (frame.type() == RawHttp2.DATA) {
                    read += frame.payload().length;
                    ended |= (frame.flags() & RawHttp2.END_STREAM) != 0;
                    slow.frame(RawHttp2.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0x40, 0});
                    Thread.sleep(150); // that it is slow is what is tested
                }
                frame = slow.next();
            }
            assertThat(read).isEqualTo(size);
            assertThat(ended).isTrue();
            slow.close();
            assertThat(drained.get()).isTrue();
        }
    }

    private static int sizeAsked(String head) {
        return Integer.parseInt(head.substring(head.indexOf('/') + 1, head.indexOf(" HTTP")));
    }

    @Test
    void snapshotsSwapUnderLoadWithoutAFailedRequest() throws Exception {
        try (RawServer legacy = RawServer.saying(200, "legacy");
                RawServer modern = RawServer.saying(200, "modern");
                Bridge bridge = Bridge.between(legacy.url(), modern.url()).open()) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger failed = new AtomicInteger();
            AtomicInteger fromLegacy = new AtomicInteger();
            AtomicInteger fromModern = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    try (RawClient client = bridge.client()) {
                        for (int n = 0; !over.get(); n++) {
                            Answer answer = n % 4 == 0
                                    ? client.write("PUT", "/orders/" + n, "{}").answer()
                                    : client.get("/orders/" + n).answer();
                            if (answer.status() != 200 || !answer.text().equals(answer.header("X-Bailey-Side"))) {
                                failed.incrementAndGet();
                            }
                            (answer.text().equals("legacy") ? fromLegacy : fromModern).incrementAndGet();
                        }
                    } catch (IOException broken) {
                        failed.incrementAndGet();
                    }
                }));
            }
            for (int step = 0; step < 40; step++) {
                bridge.move(step % 2 == 0 ? Phase.READ_CUTOVER : Phase.WRITE_CUTOVER, new Ramp(step * 250));
                int seen = fromLegacy.get() + fromModern.get();
                await().pollInterval(Duration.ofMillis(2))
                        .until(() -> fromLegacy.get() + fromModern.get() >= seen + 20);
            }
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(failed).hasValue(0);
            assertThat(fromLegacy.get()).isPositive();
            assertThat(fromModern.get()).isPositive();
            assertThat(bridge.writes.outcomes).hasSameSizeAs(bridge.writes.admitted);
        }
    }
}
