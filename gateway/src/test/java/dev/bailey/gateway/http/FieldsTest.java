package dev.bailey.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FieldsTest {

    private static RequestHead head(String fields) throws MalformedException {
        byte[] bytes = Ascii.bytes("GET / HTTP/1.1\r\n" + fields + "\r\n");
        return Objects.requireNonNull(new HeadReader().request(bytes, 0, bytes.length));
    }

    private static String copied(RequestHead head, long drop, @Nullable String name) {
        ByteWriter out = new ByteWriter(16);
        head.copyTo(out, drop, name);
        return new String(out.toArray(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void linesGoOnAsTheyCame() throws MalformedException {
        String fields = "Host: h\r\nx-A:b\r\nX-a:  c \t\r\nX-\u007e: \u00e4\r\n";
        assertThat(copied(head(fields), 0, null)).isEqualTo(fields);
    }

    @Test
    void fieldsOfThisConnectionAndThoseItNamesStayBehind() throws MalformedException {
        RequestHead head = head(
                "X-A: 1\r\nConnection: x-a, close\r\nHost: h\r\nKeep-Alive: 5\r\nX-B: 2\r\nTE: trailers\r\n"
                        + "Connection: X-C\r\nX-C: 3\r\nUpgrade: x\r\nProxy-Authorization: y\r\nX_Request_Id: z\r\nX-D: 4\r\n");
        assertThat(copied(head, 0, null)).isEqualTo("Host: h\r\nX-B: 2\r\nX-D: 4\r\n");
        assertThat(copied(head, Known.bit(Known.HOST), null)).isEqualTo("X-B: 2\r\nX-D: 4\r\n");
        assertThat(copied(head, Known.bit(Known.HOST), "x-d")).isEqualTo("X-B: 2\r\n");
        assertThat(copied(head, Known.bit(Known.HOST), "X-None")).isEqualTo("X-B: 2\r\nX-D: 4\r\n");
    }

    @Test
    void framingAndHostAreNotTheSendersToDrop() throws MalformedException {
        RequestHead head = head("Host: h\r\nConnection: Content-Length, Host, X-A\r\nContent-Length: 5\r\nX-A: b\r\n");
        assertThat(copied(head, 0, null)).isEqualTo("Host: h\r\nContent-Length: 5\r\n");
        assertThat(head.namesHopByHop()).isTrue();
    }

    @Test
    void everyLineCanBeDropped() throws MalformedException {
        RequestHead head = head("Host: h\r\nConnection: close\r\n");
        assertThat(copied(head, Known.bit(Known.HOST), null)).isEmpty();
    }

    @Test
    void tokensAreFoundInListsOverSeveralLines() throws MalformedException {
        RequestHead head = head("Host: h\r\nTE: gzip , deflate\r\nTE: Trailers\r\n");
        assertThat(head.hasToken(Known.TE, "trailers")).isTrue();
        assertThat(head.hasToken(Known.TE, "deflate")).isTrue();
        assertThat(head.hasToken(Known.TE, "flate")).isFalse();
        assertThat(head.hasToken(Known.UPGRADE, "x")).isFalse();
    }
}
