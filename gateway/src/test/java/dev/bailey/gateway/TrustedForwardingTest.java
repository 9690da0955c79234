package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.Network;
import dev.bailey.model.spec.TrustSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who asks, as a service is told: by the gateway's own word, or by a declared proxy's with one entry more. */
@ExtendWith(NoLeaks.class)
class TrustedForwardingTest {

    private static final String[] CLAIMS = {
        "GET /a HTTP/1.1",
        "Host: shop.example",
        "X-Forwarded-For: 203.0.113.7",
        "X-Forwarded-For: 198.51.100.2",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: front.example",
        "Forwarded: for=203.0.113.7;proto=https"
    };

    private static RawServer.Request seen(String trusted, String... request) throws IOException {
        TrustSpec trust =
                new TrustSpec(List.of(), List.of(Network.parse(trusted).orElseThrow()));
        try (RawServer legacy = RawServer.saying(200, "ok");
                Bridge bridge = Bridge.between(legacy.url(), legacy.url())
                        .bounds(Bridge.Builder.bounds(64 * 1024, Duration.ofSeconds(10))
                                .withTrust(trust))
                        .open();
                RawClient client = bridge.client()) {
            client.request(request);
            assertThat(client.answer().status()).isEqualTo(200);
            return legacy.requests().getFirst();
        }
    }

    @Test
    void aDeclaredProxysListsGoOnWithOneEntryMore() throws IOException {
        RawServer.Request seen = seen("127.0.0.0/8", CLAIMS);
        assertThat(seen.header("X-Forwarded-For")).isEqualTo("203.0.113.7, 198.51.100.2, 127.0.0.1");
        assertThat(seen.header("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(seen.header("X-Forwarded-Host")).isEqualTo("front.example");
        assertThat(seen.header("Forwarded")).isEqualTo("for=203.0.113.7;proto=https, for=127.0.0.1;proto=http");
    }

    @Test
    void whatItDoesNotSayTheGatewaySays() throws IOException {
        RawServer.Request seen = seen("127.0.0.1", "GET /a HTTP/1.1", "Host: shop.example", "X_Forwarded_For: 1.2.3.4");
        assertThat(seen.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.header("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(seen.header("X-Forwarded-Host")).isEqualTo("shop.example");
        assertThat(seen.head()).doesNotContain("1.2.3.4");
    }

    @Test
    void anybodyElsesWordCountsForNothing() throws IOException {
        RawServer.Request seen = seen("10.0.0.0/8", CLAIMS);
        assertThat(seen.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.header("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(seen.header("X-Forwarded-Host")).isEqualTo("shop.example");
        assertThat(seen.header("Forwarded")).isEmpty();
    }
}
