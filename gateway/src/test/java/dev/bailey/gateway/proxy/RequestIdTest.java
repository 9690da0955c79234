package dev.bailey.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.HeadReader;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

    private final RequestId ids = new RequestId("loop");

    static RequestHead head(String... fields) throws MalformedException {
        byte[] bytes = ("GET / HTTP/1.1\r\nHost: h\r\n" + String.join("\r\n", fields) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        return Objects.requireNonNull(new HeadReader().request(bytes, 0, bytes.length));
    }

    private String of(String value) throws MalformedException {
        byte[] given = RequestId.given(head("X-Request-Id: " + value));
        return given == null ? ids.nextText() : new String(given, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "order-42.a", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "a_b:c+d/e=f@g"})
    void aHarmlessIdIsKept(String id) throws MalformedException {
        assertThat(of(id)).isEqualTo(id);
        assertThat(of("a".repeat(128))).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "<script>", "a\tb", "a,b", "\"a\"", "\u00e4", "${jndi}", "a;b"})
    void aWildOneIsReplaced(String id) throws MalformedException {
        assertThat(of(id)).startsWith("loop-");
        assertThat(of("a".repeat(129))).startsWith("loop-");
    }

    @Test
    void newIdsCountInHexadecimal() {
        Set<String> seen = new HashSet<>();
        for (int i = 1; i <= 5_000; i++) {
            String id = ids.nextText();
            assertThat(id).isEqualTo("loop-" + Integer.toHexString(i));
            assertThat(seen.add(id)).isTrue();
        }
        ByteWriter line = new ByteWriter(16);
        ids.line(ids.next(), line);
        assertThat(line.toArray()).asString().isEqualTo("X-Request-Id: loop-1389\r\n");
    }
}
