package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that goes wrong while the service has its beginning. */
@ExtendWith(NoLeaks.class)
class MalformedBodyTest {

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT"})
    void getsOneAnswer(String method) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        RawServer.Script reading = (request, _, _) -> {
            for (int next = 0; next >= 0; next = request.in().read()) {
                if (next == 'b') {
                    begun.countDown();
                }
            }
        };
        try (RawServer legacy = RawServer.streaming(reading);
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            client.send(method + " /orders/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n");
            if (!begun.await(10, TimeUnit.SECONDS)) {
                fail("the body did not come");
            }
            client.send("0\r*\r\n");
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.isEnded()).as("nothing behind the answer").isTrue();
        }
    }

    @Test
    void ofARequestThatWasAnsweredBeforeTakesNothingOfTheAnswer() throws Exception {
        try (RawServer legacy = RawServer.saying(200, "unused");
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            client.send(
                    "GET /orders/1 HTTP/1.1\r\nHost: h\r\n\r\n"
                            + "OPTIONS /orders/1 HTTP/1.1\r\nHost: h\r\nMax-Forwards: 0\r\nTransfer-Encoding: chunked\r\n\r\n%\r\nhel");
            assertThat(client.answer().text()).isEqualTo("unused");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.isEnded()).as("nothing behind the answer").isTrue();
        }
    }
}
