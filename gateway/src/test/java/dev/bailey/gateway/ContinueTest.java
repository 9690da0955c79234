package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code Expect: 100-continue} (RFC 9110, 10.1.1): the gateway itself says when it wants the body. */
@ExtendWith(NoLeaks.class)
class ContinueTest {

    private final RawServer legacy =
            RawServer.answering((request, _, out) -> out.write(RawServer.response(200, request.text())));
    private final Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();

    @AfterEach
    void close() {
        bridge.close();
        legacy.close();
    }

    @Test
    void aClientThatDoesNotWaitIsNotToldToContinue() throws IOException {
        try (RawClient client = bridge.client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(client.get("/next").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aChunkedBodyIsWaitedForOnce() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("POST /a HTTP/1.1", "Host: h", "Expect: 100-Continue", "Transfer-Encoding: chunked");
            assertThat(client.answer().status()).isEqualTo(100);
            client.send("5\r\nhello\r\n").send("0\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("hello");
        }
        assertThat(legacy.requests().getFirst().header("Expect")).isEmpty();
    }

    @Test
    void aBodyNobodyWantsIsNotAskedFor() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("TRACE /a HTTP/1.1", "Host: h", "Expect: 100-continue", "Content-Length: 5");
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Connection")).isEqualTo("close");
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void withoutABodyThereIsNothingToWaitFor() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("POST /a HTTP/1.1", "Host: h", "Expect: 100-continue", "Content-Length: 0");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anotherExpectationFails() throws IOException {
        for (String expectation : new String[] {"200-ok", "100-continue, 200-ok", "", "\"100-continue\""}) {
            try (RawClient client = bridge.client()) {
                client.request("POST /a HTTP/1.1", "Host: h", "Expect: " + expectation, "Content-Length: 5");
                assertThat(client.answer().status()).as(expectation).isEqualTo(417);
                assertThat(client.isEnded()).isTrue();
            }
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void anOldClientNeverWaits() throws IOException {
        try (RawClient client = bridge.client()) {
            client.send("POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            client.send("hello");
            assertThat(client.answer().text()).isEqualTo("hello");
        }
    }
}
