package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.phase.Phase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies that come byte by byte, each read into a buffer thousands of times as large. */
@ExtendWith(NoLeaks.class)
class SmallPiecesTest {

    private static final int PIECES = 3_000;
    private static final int CLIENTS = 100;
    private static final int PACKETS = 20;
    private static final int PACKET_BYTES = 2_896;
    private static final long PACE_NANOS = 200_000;
    private static final long ENOUGH_BYTES = 8 << 20;

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void ofABodyHeldWholeTheyKeepNoMoreThanTheyAre() throws Exception {
        String begin = "{\"order\":\"7\",\"note\":\"";
        try (RawServer service =
                        RawServer.answering((request, _, out) -> out.write(RawServer.response(200, request.text())));
                Bridge bridge = Bridge.between(service.url(), service.url())
                        .in(Phase.DUAL_WRITE)
                        .open();
                RawClient client = bridge.client()) {
            long before = directMemory();
            client.send("POST /payments HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
                    + (begin.length() + PIECES + 2) + "\r\n\r\n" + begin);
            for (int i = 0; i < PIECES; i++) {
                client.send("x");
                LockSupport.parkNanos(PACE_NANOS); // so that each comes alone
            }
            long held = directMemory() - before;
            client.send("\"}");

            assertThat(client.answer().text()).isEqualTo(begin + "x".repeat(PIECES) + "\"}");
            assertThat(held).isLessThan(ENOUGH_BYTES);
        }
    }

    @Test
    void ofManyBodiesInPiecesOfAPacketTheyKeepNoMoreThanTwiceWhatTheyAre() throws Exception {
        String piece = "x".repeat(PACKET_BYTES);
        String begin = "{\"order\":\"7\",\"note\":\"";
        List<RawClient> clients = new ArrayList<>();
        try (RawServer service = RawServer.saying(200, "{}");
                Bridge bridge = Bridge.between(service.url(), service.url())
                        .in(Phase.DUAL_WRITE)
                        .open()) {
            long before = directMemory();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(bridge.client()
                        .send("POST /payments HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
                                + (begin.length() + PACKETS * PACKET_BYTES + 2) + "\r\n\r\n" + begin));
            }
            for (int packet = 0; packet < PACKETS; packet++) {
                for (RawClient client : clients) {
                    client.send(piece);
                    LockSupport.parkNanos(PACE_NANOS); // so that each comes alone
                }
            }
            long held = directMemory() - before;
            for (RawClient client : clients) {
                assertThat(client.send("\"}").answer().status()).isEqualTo(200);
            }
            assertThat(held).isLessThan(3L * CLIENTS * PACKETS * PACKET_BYTES);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
