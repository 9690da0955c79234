package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Methods an intermediary has something to do with, and the forms of a target. */
@ExtendWith(NoLeaks.class)
class MethodsTest {

    private final RawServer legacy = RawServer.saying(200, "ok");
    private final Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();

    @AfterEach
    void close() {
        bridge.close();
        legacy.close();
    }

    private String seen() {
        return legacy.requests().getLast().line();
    }

    @Test
    void optionsOfTheServerGoOnAsAnAsterisk() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("OPTIONS * HTTP/1.1", "Host: h");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(seen()).isEqualTo("OPTIONS * HTTP/1.1");
            client.request("OPTIONS http://h HTTP/1.1", "Host: h");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(seen()).isEqualTo("OPTIONS * HTTP/1.1");
            client.request("OPTIONS http://h/ HTTP/1.1", "Host: h");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(seen()).isEqualTo("OPTIONS / HTTP/1.1");
        }
        try (RawClient client = bridge.client()) {
            client.request("GET * HTTP/1.1", "Host: h");
            assertThat(client.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void optionsTravelAsFarAsTheyMay() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("OPTIONS /a HTTP/1.1", "Host: h", "Max-Forwards: 0");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(legacy.requests()).isEmpty();
            client.request("OPTIONS /a HTTP/1.1", "Host: h", "Max-Forwards: 7");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(legacy.requests().getLast().header("Max-Forwards")).isEqualTo("6");
            client.request("GET /a HTTP/1.1", "Host: h", "Max-Forwards: 0");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(legacy.requests().getLast().header("Max-Forwards")).isEqualTo("0");
        }
    }

    @Test
    void traceIsRefused() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("TRACE /a HTTP/1.1", "Host: h", "Cookie: secret");
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.text()).doesNotContain("secret");
            assertThat(client.get("/next").answer().status()).isEqualTo(200);
        }
        assertThat(legacy.requests()).hasSize(1);
    }

    @Test
    void theHostOfAnAbsoluteTargetCounts() throws IOException {
        try (RawClient client = bridge.client()) {
            for (String target : new String[] {"http://real.example:81/a?b=c", "HTTP://real.example:81/a?b=c"}) {
                client.request("GET " + target + " HTTP/1.1", "X-A: b", "Host: other.example", "X-C: d");
                assertThat(client.answer().status()).isEqualTo(200);
                assertThat(seen()).isEqualTo("GET /a?b=c HTTP/1.1");
                assertThat(legacy.requests().getLast().header("X-Forwarded-Host"))
                        .isEqualTo("real.example:81");
                assertThat(legacy.requests().getLast().header("X-C")).isEqualTo("d");
            }
            client.request("GET http://real.example?b HTTP/1.1", "Host: h");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(seen()).isEqualTo("GET /?b HTTP/1.1");
        }
        for (String target : new String[] {
            "http:///a", "http://user@h/a", "http://h/a/../b", "ftp://h/a", "http:/a", "h/a", "http://h/%2e%2e"
        }) {
            try (RawClient client = bridge.client()) {
                client.request("GET " + target + " HTTP/1.1", "Host: h");
                assertThat(client.answer().status()).as(target).isEqualTo(400);
            }
        }
        assertThat(legacy.requests()).hasSize(3);
    }

    @Test
    void oldClientsKeepTheirConnectionOnlyWhereTheyAsk() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("GET /a HTTP/1.0");
            Answer answer = client.answer();
            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.isEnded()).isTrue();
        }
        try (RawClient client = bridge.client()) {
            client.request("GET /a HTTP/1.0", "Connection: keep-alive", "Host: h");
            assertThat(client.answer().header("Connection")).isEqualTo("keep-alive");
            client.request("GET /b HTTP/1.0", "Connection: keep-alive, close");
            assertThat(client.answer().header("Connection")).isEqualTo("close");
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(seen()).isEqualTo("GET /b HTTP/1.1");
    }
}
