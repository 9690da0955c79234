package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What services send, to the byte, and what their clients get of it. */
@ExtendWith(NoLeaks.class)
class AnswerReadingTest {

    private static final String NEXT = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";

    private volatile String said = "";
    private volatile boolean byteByByte;
    private final RawServer legacy = RawServer.answering((request, _, out) -> {
        if (request.line().contains("/next")) {
            out.write(RawServer.response(200, "next on " + request.connection()));
        } else {
            say(out);
        }
    });
    private final Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();

    @AfterEach
    void close() {
        bridge.close();
        legacy.close();
    }

    private void say(OutputStream out) throws IOException {
        byte[] bytes = said.getBytes(StandardCharsets.ISO_8859_1);
        if (byteByByte) {
            for (byte b : bytes) {
                out.write(b);
                out.flush();
            }
        } else {
            out.write(bytes);
        }
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }

    static Stream<Arguments> sloppy() {
        return Stream.of(
                Arguments.of("HTTP/1.1 200 OK\nX-A: b c\nContent-Length: 2\n\nok", false),
                Arguments.of("HTTP/1.1 200 OK\nX-A: b c\nContent-Length: 2\n\nok", true),
                Arguments.of("HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok", false),
                Arguments.of("HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok", true),
                Arguments.of("HTTP/1.1 200\r\nX-A:\r\n\tb c\nContent-Length: 0002\r\n\nok", true));
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("sloppy")
    void bareLineFeedsAndFoldsArePutRightHoweverTheyArrive(String answer, boolean inBytes) throws IOException {
        said = answer;
        byteByByte = inBytes;
        try (RawClient client = bridge.client()) {
            Answer got = client.get("/a").answer();
            assertThat(got.status()).isEqualTo(200);
            assertThat(got.header("X-A").replaceAll("[ \t]+", " ")).isEqualTo("b c");
            assertThat(got.text()).isEqualTo("ok");
            assertThat(got.head().replace("\r\n", "")).doesNotContain("\n", "\r");
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 1");
        }
    }

    static Stream<String> refused() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT,
                ok + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + NEXT,
                ok + "Content-Length: 2, 2\r\n\r\nok",
                ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                ok + "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n",
                ok + "X-A: b\rSet-Cookie: c\r\nContent-Length: 0\r\n\r\n",
                ok + "X-A : b\r\nContent-Length: 0\r\n\r\n",
                ok + "X-A: " + "a".repeat(70_000) + "\r\nContent-Length: 0\r\n\r\n",
                ok + "X-A: b\r\n".repeat(300) + "Content-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\n" + "X-A: b\n".repeat(300) + "Content-Length: 0\n\n",
                "HTTP/1.1 200 OK\nX-A: " + "a\n b".repeat(20_000) + "\n\n",
                "X\n\n" + "a".repeat(100_000),
                "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.x 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n" + NEXT,
                "<html>an answer of another age</html>",
                "HTTP/1.1 102 Processing\r\n\r\n".repeat(17) + NEXT);
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("refused")
    void whatCouldBeReadInTwoWaysIs502AndItsConnectionIsNotUsedAgain(String answer) throws IOException {
        said = answer;
        try (RawClient client = bridge.client()) {
            Answer got = client.get("/a").answer(false);
            while (got.status() == 102) {
                got = client.answer();
            }
            assertThat(got.status()).isEqualTo(502);
            assertThat(got.text()).contains("the answer of legacy is not HTTP/1.1");
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 2");
        }
    }

    static Stream<String> longer() {
        return Stream.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + NEXT,
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" + NEXT,
                "HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\nforged",
                "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("longer")
    void bytesBehindAnAnswerCloseTheConnectionAndReachNobody(String answer) throws IOException {
        said = answer;
        try (RawClient client = bridge.client()) {
            assertThat(client.get("/a").answer().status()).isLessThan(400);
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 2");
        }
    }

    @Test
    void bytesThatComeLaterCloseAnIdleConnection() throws IOException {
        try (RawServer late = RawServer.answering((request, _, out) -> {
                    out.write(RawServer.response(200, "on " + request.connection()));
                    out.flush();
                    if (request.line().contains("/a")) {
                        out.write(NEXT.getBytes(StandardCharsets.US_ASCII));
                    }
                });
                Bridge through = Bridge.between(late.url(), late.url()).open();
                RawClient client = through.client()) {
            assertThat(client.get("/a").answer().text()).isEqualTo("on 1");
            Awaitility.await()
                    .until(() -> client.get("/b").answer().text(), text -> !text.isEmpty() && !text.equals("forged"));
            assertThat(client.get("/c").answer().text()).startsWith("on ");
        }
    }

    /** The rest is in the next read, by which time a pipelined request may be on its way on the same connection. */
    @ParameterizedTest
    @ValueSource(ints = {1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536})
    void norWhenTheAnswerEndsWithTheRead(int read) throws IOException {
        for (int length = read / 2; length <= read; length += read / 2) {
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + (length - 45) + "\r\n\r\n";
            said = head + "a".repeat(length - head.length()) + NEXT;
            said = said.replace(": " + (length - 45), ": " + (length - head.length()));
            try (RawClient client = bridge.client()) {
                for (int round = 0; round < 3; round++) {
                    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertThat(client.answer().text()).startsWith("a").hasSize(length - head.length());
                    assertThat(client.answer().text()).startsWith("next");
                }
            }
        }
    }

    @Test
    void anAnswerToHeadHasNoBodyWhateverTheServiceSends() throws IOException {
        said = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
        try (RawClient client = bridge.client()) {
            client.request("HEAD /a HTTP/1.1", "Host: h");
            assertThat(client.answer(true).header("Content-Length")).isEqualTo("6");
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 2");
        }
    }

    @Test
    void answersThatHaveNoBodyClaimNoLength() throws IOException {
        said =
                "HTTP/1.1 103 Early Hints\r\nContent-Length: 6\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\n";
        try (RawClient client = bridge.client()) {
            Answer hints = client.get("/a").answer();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.header("Content-Length")).isEmpty();
            Answer none = client.answer(true);
            assertThat(none.status()).isEqualTo(204);
            assertThat(none.header("Content-Length")).isEmpty();
        }
    }

    @Test
    void ofInformationalAnswersAllButContinueArePassedOn() throws IOException {
        said = lines(
                "HTTP/1.1 100 Continue",
                "",
                "HTTP/1.1 103 Early Hints",
                "Link: </a>",
                "Connection: x",
                "X: y",
                "",
                "HTTP/1.1 103 Early Hints",
                "Link: </b>",
                "",
                "HTTP/1.1 100 Continue",
                "",
                "HTTP/1.1 200 OK",
                "Content-Length: 2",
                "",
                "ok");
        try (RawClient client = bridge.client()) {
            Answer first = client.get("/a").answer();
            assertThat(first.status()).isEqualTo(103);
            assertThat(first.header("Link")).isEqualTo("</a>");
            assertThat(first.header("X")).isEmpty();
            assertThat(client.answer().header("Link")).isEqualTo("</b>");
            assertThat(client.answer().text()).isEqualTo("ok");
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 1");
        }
        try (RawClient old = bridge.client()) {
            old.request("GET /a HTTP/1.0", "Connection: keep-alive");
            Answer only = old.answer();
            assertThat(only.status()).isEqualTo(200);
            assertThat(only.header("Connection")).isEqualTo("keep-alive");
            assertThat(only.text()).isEqualTo("ok");
        }
    }

    @Test
    void trailersPassOnButForThoseThatMustNotStandThere() throws IOException {
        said = lines(
                "HTTP/1.1 200 OK",
                "Trailer: X-Sum",
                "Transfer-Encoding: chunked",
                "",
                "2",
                "ok",
                "0",
                "X-Sum: 1",
                "Content-Length: 5",
                "Set-Cookie: a=b",
                "Connection: close",
                "X-Bailey-Side: modern",
                "",
                "");
        try (RawClient client = bridge.client()) {
            client.get("/a");
            String head = RawServer.head(client.in());
            assertThat(head).contains("Transfer-Encoding: chunked");
            String rest = "2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n";
            assertThat(new String(client.in().readNBytes(rest.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(rest);
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 1");
        }
    }

    @Test
    void anOldServicesConnectionIsKeptOnlyWhereItSaysSo() throws IOException {
        try (RawClient client = bridge.client()) {
            said = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
            assertThat(client.get("/a").answer().text()).isEqualTo("ok");
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 1");
            said = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok";
            assertThat(client.get("/a").answer().text()).isEqualTo("ok");
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 2");
            said =
                    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
            assertThat(client.get("/a").answer().text()).isEqualTo("ok");
            assertThat(client.get("/next").answer().text()).isEqualTo("next on 3");
        }
    }
}
