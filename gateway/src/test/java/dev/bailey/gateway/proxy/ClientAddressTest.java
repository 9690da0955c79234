package dev.bailey.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.http.HeadReader;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.model.spec.Network;
import dev.bailey.model.spec.TrustSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    private static final TrustSpec OURS = new TrustSpec(
            List.of(),
            List.of(
                    Network.parse("10.0.0.0/8").orElseThrow(),
                    Network.parse("fd00::/8").orElseThrow()));

    private static RequestHead head(String lines) throws MalformedException {
        byte[] bytes = ("GET / HTTP/1.1\r\nHost: a\r\n" + lines.replace("|", "\r\n") + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        return Objects.requireNonNull(new HeadReader().request(bytes, 0, bytes.length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "X-Forwarded-For: 198.51.100.1; 198.51.100.1",
                "X-Forwarded-For: 203.0.113.66, 198.51.100.1, 10.1.1.1; 198.51.100.1",
                "X-Forwarded-For: 203.0.113.66|X-Forwarded-For: 198.51.100.1|X-Forwarded-For: 10.2.2.2; 198.51.100.1",
                "X-Forwarded-For: 10.1.1.1, 10.2.2.2; 10.1.1.1",
                "X-Forwarded-For: 198.51.100.1:4711; 198.51.100.1",
                "X-Forwarded-For: [2001:db8::7]:4711, fd00::1; 2001:db8::7",
                "X-Forwarded-For: unknown, 10.1.1.1; 10.1.1.1",
                "X-Forwarded-For: 198.51.100.1, evil; 10.9.9.9",
                "X-Other: 1; 10.9.9.9",
                "~Forwarded: for=203.0.113.66, for=198.51.100.1;proto=https, for=10.1.1.1~; 198.51.100.1",
                "~Forwarded: proto=https;For=\"[2001:db8::7]:4711\"~; 2001:db8::7",
                "Forwarded: for=_hidden; 10.9.9.9",
                "Forwarded: for=1.2.3.4|X-Forwarded-For: 198.51.100.1; 198.51.100.1"
            })
    void isTheRightMostAddressThatIsNotOneOfOurProxies(String lines, String expected) throws MalformedException {
        assertThat(ClientAddress.of(head(lines), new Peer("10.9.9.9", false, true, OURS)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"X-Forwarded-For: 198.51.100.1", "Forwarded: for=198.51.100.1"})
    void isThePeerItselfWhereThatIsNotBelieved(String lines) throws MalformedException {
        assertThat(ClientAddress.of(head(lines), new Peer("192.0.2.1", false, false, OURS)))
                .isEqualTo("192.0.2.1");
    }
}
