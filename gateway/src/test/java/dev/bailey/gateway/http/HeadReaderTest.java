package dev.bailey.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadReaderTest {

    private final HeadReader reader = new HeadReader();

    private @Nullable RequestHead read(String text) throws MalformedException {
        byte[] bytes = Ascii.bytes(text);
        return reader.request(bytes, 0, bytes.length);
    }

    private RequestHead request(String text) throws MalformedException {
        return Objects.requireNonNull(read(text));
    }

    private @Nullable AnswerHead readAnswer(String text) throws MalformedException {
        byte[] bytes = Ascii.bytes(text);
        return reader.answer(bytes, 0, bytes.length, false);
    }

    private AnswerHead answer(String text) throws MalformedException {
        return Objects.requireNonNull(readAnswer(text));
    }

    private void refuses(int status, String text) {
        assertThatExceptionOfType(MalformedException.class)
                .as(text)
                .isThrownBy(() -> read(text))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(status))
                .satisfies(refused -> assertThat(refused.reason()).isNotEmpty());
    }

    @Test
    void findsWhatARequestSays() throws MalformedException {
        RequestHead head = request("GET /a/b?c=d&e?f HTTP/1.1\r\nHost: h:80\r\nX-A:  b c\t\r\nx-a:\r\n\r\nrest");
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.target()).isEqualTo("/a/b?c=d&e?f");
        assertThat(head.path()).isEqualTo("/a/b");
        assertThat(head.query()).isEqualTo("c=d&e?f");
        assertThat(head.count()).isEqualTo(3);
        assertThat(head.first("X-a")).isEqualTo("b c");
        assertThat(head.value(2)).isEmpty();
        assertThat(head.first(Known.HOST)).isEqualTo("h:80");
        assertThat(head.bodyLength()).isZero();
        assertThat(head.keepAlive()).isTrue();
        assertThat(reader.consumed()).isEqualTo(head.bytes().length);
    }

    @Test
    void aBeginningIsNotYetAHead() throws MalformedException {
        String whole = "POST http://h/a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-A: b\r\n\r\n";
        for (int length = 0; length < whole.length(); length++) {
            assertThat(read(whole.substring(0, length))).as("%d bytes", length).isNull();
        }
        assertThat(request(whole).bodyLength()).isEqualTo(5);
        assertThat(reader.consumed()).isEqualTo(whole.length());
    }

    @Test
    void readsAtAnyPlaceInAnArray() throws MalformedException {
        byte[] bytes = Ascii.bytes("before GET /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\n\r\nbehind");
        RequestHead head = Objects.requireNonNull(reader.request(bytes, 7, bytes.length));
        assertThat(head.target()).isEqualTo("/a");
        assertThat(head.first("X-A")).isEqualTo("b");
        assertThat(reader.consumed()).isEqualTo(bytes.length - 7 - "behind".length());
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1,,true",
        "HTTP/1.1,close,false",
        "HTTP/1.1,'keep-alive, Close',false",
        "HTTP/1.0,,false",
        "HTTP/1.0,Keep-Alive,true",
        "HTTP/1.0,'close, keep-alive',false",
        "HTTP/1.1,'x, ,y',true"
    })
    void theConnectionIsKeptAsVersionAndFieldSay(String version, @Nullable String connection, boolean kept)
            throws MalformedException {
        String field = connection == null ? "" : "Connection: " + connection + "\r\n";
        assertThat(request("GET / " + version + "\r\nHost: h\r\n" + field + "\r\n")
                        .keepAlive())
                .isEqualTo(kept);
    }

    @Test
    void linesAndHeadsHaveBounds() {
        refuses(414, "GET /" + "a".repeat(8_192) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        refuses(414, "GET /" + "a".repeat(8_192));
        refuses(431, "GET / HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(8_192) + "\r\n\r\n");
        refuses(431, "GET / HTTP/1.1\r\nHost: h\r\n" + ("X: " + "a".repeat(8_000) + "\r\n").repeat(5) + "\r\n");
        refuses(431, "GET / HTTP/1.1\r\nHost: h\r\n" + "X: a\r\n".repeat(256) + "\r\n");
        refuses(400, "A".repeat(33) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    @Test
    void versionsOtherThanOnesOwnAre505() {
        refuses(505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n");
        refuses(505, "GET / HTTP/1.2\r\nHost: h\r\n\r\n");
        refuses(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        refuses(400, "GET / HTTP/1.11\r\nHost: h\r\n\r\n");
        refuses(400, "GET / HTTPS/1.1\r\nHost: h\r\n\r\n");
    }

    @Test
    void noByteOfTheMessageStandsInAReason() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> read("GET /\u0007secret HTTP/1.1\r\nHost: secret\r\n\r\n"))
                .satisfies(refused -> assertThat(refused.reason()).doesNotContain("secret"));
    }

    @Test
    void anAbsoluteTargetBecomesAPathAndItsHostTheHost() throws MalformedException {
        RequestHead head =
                request("GET http://a.example:8080/b/c?d HTTP/1.1\r\nX-A: b\r\nHost: other\r\nX-C: d\r\n\r\n");
        assertThat(head.target()).isEqualTo("/b/c?d");
        assertThat(head.query()).isEqualTo("d");
        assertThat(head.first(Known.HOST)).isEqualTo("a.example:8080");
        assertThat(head.find(Known.HOST, head.find(Known.HOST, 0) + 1)).isNegative();
        assertThat(head.first("X-A") + head.first("X-C")).isEqualTo("bd");
    }

    @Test
    void anAnswersBodyIsFramedByStatusAndFields() throws MalformedException {
        assertThat(answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").bodyLength())
                .isEqualTo(5);
        assertThat(answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .bodyLength())
                .isEqualTo(AnswerHead.CHUNKED);
        AnswerHead untilClose = answer("HTTP/1.1 200\r\n\r\n");
        assertThat(untilClose.bodyLength()).isEqualTo(AnswerHead.UNTIL_CLOSE);
        assertThat(untilClose.keepAlive()).isFalse();
        for (int status : new int[] {100, 103, 204, 304}) {
            assertThat(answer("HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\n\r\n")
                            .bodyLength())
                    .as("%d", status)
                    .isZero();
        }
        byte[] toHead = Ascii.bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        assertThat(Objects.requireNonNull(reader.answer(toHead, 0, toHead.length, true))
                        .bodyLength())
                .isZero();
    }

    @Test
    void sloppyHeadsComeInPartsAsStrictOnesDo() throws MalformedException {
        String whole = "HTTP/1.1 200 OK\nX-A: b\n c\r\n\td\nContent-Length: 5\n\n";
        for (int length = 0; length < whole.length(); length++) {
            assertThat(readAnswer(whole.substring(0, length)))
                    .as("%d bytes", length)
                    .isNull();
        }
        AnswerHead head = answer(whole + "hello");
        assertThat(reader.consumed()).isEqualTo(whole.length());
        assertThat(head.first("X-A")).isEqualTo("b c\td");
        assertThat(head.bodyLength()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X\n\n",
                "\n",
                " HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 OK\n folded at once\n\n",
                "HTTP/1.1 200 OK\nX : b\n\n",
                "HTTP/1.1 200 OK\nX: b\rc\n\n",
                "HTTP/1.1 200 OK\nContent-Length: 1\nContent-Length: 2\n\n"
            })
    void whatCannotBePutRightIsRefused(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> readAnswer(text + "\r\n".repeat(10)));
    }

    @Test
    void sloppyHeadsHaveTheSameBounds() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> readAnswer("HTTP/1.1 200 OK\n" + "X: y\n".repeat(600)));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> readAnswer("HTTP/1.1 200 OK\nX: " + "a".repeat(70_000)));
    }

    @Test
    void trailersLoseWhatMustNotStandThere() throws MalformedException {
        byte[] bytes =
                Ascii.bytes("X-A: 1\r\nHost: h\r\nContent-Length: 5\r\nX_Forwarded_For: 1.2.3.4\r\nX-B: 2\r\n\r\nGET");
        Trailers trailers = Objects.requireNonNull(reader.trailers(bytes, 0, bytes.length));
        assertThat(new String(trailers.bytes(), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("X-A: 1\r\nX-B: 2\r\n\r\n");
        assertThat(trailers.first("X-B")).isEqualTo("2");
        assertThat(reader.consumed()).isEqualTo(bytes.length - 3);
        byte[] none = Ascii.bytes("Host: h\r\n\r\n");
        assertThat(Objects.requireNonNull(reader.trailers(none, 0, none.length)).count())
                .isZero();
    }
}
