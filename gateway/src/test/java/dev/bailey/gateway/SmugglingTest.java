package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What two readers could take in two ways is refused, and the service never sees any of it. */
@ExtendWith(NoLeaks.class)
class SmugglingTest {

    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

    private RawServer legacy;
    private Bridge bridge;

    @BeforeEach
    void open() {
        legacy = RawServer.saying(200, "ok");
        bridge = Bridge.between(legacy.url(), legacy.url()).open();
    }

    @AfterEach
    void close() {
        bridge.close();
        legacy.close();
    }

    static Stream<Arguments> refused() {
        String host = "Host: h\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n";
        return Stream.of(
                post("both lengths", host + "Content-Length: 4\r\n" + chunked),
                post("both lengths, the other way round", host + chunked + "Content-Length: 4\r\n"),
                post("two different lengths", host + "Content-Length: 4\r\nContent-Length: 5\r\n"),
                post("two equal lengths", host + "Content-Length: 4\r\nContent-Length: 4\r\n"),
                post("a list of lengths", host + "Content-Length: 4, 4\r\n"),
                post("a signed length", host + "Content-Length: +4\r\n"),
                post("a negative length", host + "Content-Length: -4\r\n"),
                post("a hexadecimal length", host + "Content-Length: 0x4\r\n"),
                post("a length that some read as octal", host + "Content-Length: 010\r\n"),
                post("a length in words", host + "Content-Length: 4 4\r\n"),
                post("a length with a parameter", host + "Content-Length: 4;\r\n"),
                post("an empty length", host + "Content-Length: \r\n"),
                post("a length above every bound", host + "Content-Length: 99999999999999999999\r\n"),
                post("another coding", host + "Transfer-Encoding: gzip\r\n"),
                post("a coding before chunked", host + "Transfer-Encoding: gzip, chunked\r\n"),
                post("chunked twice", host + chunked + chunked),
                post("a coding behind chunked", host + "Transfer-Encoding: chunked, identity\r\n"),
                post("identity", host + "Transfer-Encoding: identity\r\nContent-Length: 4\r\n"),
                post("almost chunked", host + "Transfer-Encoding: xchunked\r\n"),
                post("chunked with a parameter", host + "Transfer-Encoding: chunked;q=1\r\n"),
                post("chunked between commas", host + "Transfer-Encoding: ,chunked\r\n"),
                post("no coding", host + "Transfer-Encoding: \r\n"),
                post("a coding with a no-break space", host + "Transfer-Encoding:\u00a0chunked\r\n"),
                post("a coding behind a bare line feed", host + "X-A: b\nTransfer-Encoding: chunked\r\n"),
                post("a coding behind a bare carriage return", host + "X-A: b\rTransfer-Encoding: chunked\r\n"),
                post("a coding whose colon is on the next line", host + "Transfer-Encoding\r\n: chunked\r\n"),
                post("a coding behind a null", host + "X: b\0Transfer-Encoding: chunked\r\n"),
                post("a quoted coding", host + "Transfer-Encoding: \"chunked\"\r\n"),
                post("a coding with a vertical tab", host + "Transfer-Encoding: \u000bchunked\r\n"),
                post("a coding under another name", host + "Transfer_Encoding: chunked\r\n"),
                post("a length under another name", host + "Content_Length: 4\r\n"),
                post("a space before the colon", host + "Transfer-Encoding : chunked\r\n"),
                post("a tab before the colon", host + "Content-Length\t: 4\r\n"),
                post("a folded line", host + "X-A: b\r\n Content-Length: 4\r\n"),
                post("a folded first line", " X-A: b\r\n" + host),
                post("a folded coding", host + "Transfer-Encoding:\r\n chunked\r\n"),
                post("a bare line feed", "Host: h\nContent-Length: 4\r\n"),
                post("a bare carriage return", host + "X-A: b\rContent-Length: 4\r\n"),
                post("a null in a value", host + "X-A: b\0c\r\n"),
                post("a name that is no token", host + "X(A): b\r\n"),
                post("a name with a byte above ASCII", host + "X-\u00c4: b\r\n"),
                post("a name with a control character", host + "X-A\u0001: b\r\n"),
                post("a quoted name", host + "\"X-A\": b\r\n"),
                post("no name", host + ": b\r\n"),
                post("no colon", host + "nonsense\r\n"),
                post("no host", "Content-Length: 4\r\n"),
                post("two hosts", host + "Host: other\r\nContent-Length: 4\r\n"),
                post("a host with a path", "Host: h/x\r\nContent-Length: 4\r\n"),
                Arguments.of("chunked in HTTP/1.0", "POST /a HTTP/1.0\r\n" + host + chunked + "\r\n0\r\n\r\n"),
                Arguments.of("dot segments", "GET /a/../orders/1 HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("encoded dot segments", "GET /a/%2e%2E/orders/1 HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("dot segments with parameters", "GET /a/..;x/orders/1 HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("a backslash", "GET /a\\..\\orders HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("a third word", "GET /a b HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("two spaces", "GET  /a HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("no version", "GET /a\r\n" + host + "\r\n"),
                Arguments.of("a version in small letters", "GET /a http/1.1\r\n" + host + "\r\n"),
                Arguments.of("a method that is no token", "GE(T /a HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("a relative target", "GET a HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("a fragment", "GET /a#b HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of("a byte above ASCII in the target", "GET /\u00e4 HTTP/1.1\r\n" + host + "\r\n"));
    }

    private static Arguments post(String name, String headers) {
        return Arguments.of(name, "POST /orders HTTP/1.1\r\n" + headers + "\r\n0\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void isRefusedClosedAndNeverForwarded(String name, String request) throws IOException {
        try (RawClient client = bridge.client()) {
            Answer answer = client.send(request + SMUGGLED).answer();
            assertThat(answer.status()).as(name).isEqualTo(400);
            assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
            assertThat(client.isEnded()).isTrue();
        }
        try (RawClient last = bridge.client()) {
            assertThat(last.get("/last").answer().status()).isEqualTo(200);
        }
        legacy.receivedOnly("/last");
    }

    static Stream<Arguments> brokenChunks() {
        return Stream.of(
                Arguments.of("a chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n"),
                Arguments.of("a size that is no number", "zz\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a size with a prefix", "0x3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a size above every bound", "ffffffffffffffffff\r\nabc\r\n"),
                Arguments.of("an empty size", "\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a size ended by a bare line feed", "3\nabc\r\n0\r\n\r\n"),
                Arguments.of("a line feed in an extension", "3;a=\nb\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a broken trailer", "3\r\nabc\r\n0\r\nX : y\r\n\r\n"));
    }

    /** The head has gone on already, so the service may see a request begin; it must never see one end. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenChunks")
    void brokenChunksNeverMakeAWholeRequest(String name, String body) throws IOException {
        try (RawClient client = bridge.client()) {
            client.send("POST /elsewhere HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED);
            assertThat(client.answer().status()).as(name).isEqualTo(400);
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void bytesBehindABodyAreTheNextRequestAndNothingElse() throws IOException {
        try (RawClient client = bridge.client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nGET "
                    + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(legacy.requests())
                .extracting(RawServer.Request::line)
                .containsExactly("POST /a HTTP/1.1", "GET /b HTTP/1.1");
        assertThat(legacy.requests().getFirst().text()).isEqualTo("GET ");
    }

    @Test
    void theServiceSeesOneFramingOfOurMaking() throws IOException {
        try (RawClient client = bridge.client()) {
            client.send(
                    "POST /a HTTP/1.1\r\nHost: h\r\nConnection: Content-Length, Host\r\ntransfer-encoding:  Chunked \r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
            client.send("POST /b HTTP/1.1\r\nHost: h\r\nConnection: Content-Length\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(legacy.requests().get(0).header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(legacy.requests().get(0).header("Content-Length")).isEmpty();
        assertThat(legacy.requests().get(1).header("Content-Length")).isEqualTo("3");
        assertThat(legacy.requests()).extracting(RawServer.Request::text).containsExactly("abc", "abc");
    }

    @Test
    void tooLongHeadsAndTargetsHaveTheirOwnStatus() throws IOException {
        try (RawClient client = bridge.client()) {
            assertThat(client.get("/" + "a".repeat(9_000)).answer().status()).isEqualTo(414);
        }
        try (RawClient client = bridge.client()) {
            client.request("GET / HTTP/1.1", "Host: h", "X-Long: " + "a".repeat(9_000));
            assertThat(client.answer().status()).isEqualTo(431);
        }
        try (RawClient client = bridge.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n" + "X-A: b\r\n".repeat(300) + "\r\n");
            assertThat(client.answer().status()).isEqualTo(431);
        }
        for (String target : new String[] {"h:443", "/a", "http://h/a"}) {
            try (RawClient client = bridge.client()) {
                client.request("CONNECT " + target + " HTTP/1.1", "Host: h:443");
                assertThat(client.answer().status()).isEqualTo(501);
            }
        }
        try (RawClient client = bridge.client()) {
            client.request("GET / HTTP/3.0", "Host: h");
            assertThat(client.answer().status()).isEqualTo(505);
        }
        assertThat(legacy.requests()).isEmpty();
    }

    /** CL.0: what a service makes of a body it did not look for must never meet another request. */
    @Test
    void aConnectionOnWhichABodyMayHaveBeenIgnoredIsNotUsedAgain() throws IOException {
        try (RawServer careless = RawServer.streaming((request, _, out) ->
                        out.write(RawServer.response(200, request.connection() + " " + request.line())));
                Bridge through = Bridge.between(careless.url(), careless.url()).open();
                RawClient client = through.client()) {
            for (String method : new String[] {"GET", "HEAD", "OPTIONS"}) {
                client.send(method + " /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + SMUGGLED.length() + "\r\n\r\n"
                        + SMUGGLED);
                assertThat(client.answer(method.equals("HEAD")).status()).isEqualTo(200);
                assertThat(client.get("/next").answer().text()).endsWith("GET /next HTTP/1.1");
            }
            assertThat(careless.requests().stream()
                            .filter(request -> !request.line().contains("/smuggled"))
                            .map(RawServer.Request::connection))
                    .as("what follows a body that was not asked for comes on a connection of its own")
                    .containsExactly(1, 2, 2, 3, 3, 4);
        }
    }

    @Test
    void namesThatPassForTheGatewaysOwnStayBehind() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request(
                    "GET /a HTTP/1.1",
                    "Host: h",
                    "X_Forwarded_For: 10.0.0.1",
                    "x-forwarded_proto: https",
                    "X_Forwarded-Host: other",
                    "X_Request_Id: forged",
                    "X_Bailey_Side: modern",
                    "X_Bailey_Timeout_Ms: 1",
                    "X_Other_Of_Length: kept");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        String got = legacy.requests().getFirst().head();
        assertThat(got.lines()
                        .filter(line -> line.substring(0, Math.max(0, line.indexOf(':')))
                                .contains("_")))
                .containsExactly("X_Other_Of_Length: kept");
    }

    @Test
    void whatIsRefusedBehindAnAnsweredRequestIsAnsweredToo() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("HEAD /a HTTP/1.1", "Host: h");
            assertThat(client.answer(true).status()).isEqualTo(200);
            client.request("GET /b HTTP/1.1", "X-A : b");
            Answer refused = client.answer();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("requestId");
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(legacy.requests()).hasSize(1);
    }

    @Test
    void refusedInTheMiddleOfABodyAfterItsAnswerIsNotAnsweredTwice() throws IOException {
        try (RawClient client = bridge.client()) {
            client.send("TRACE /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(405);
            client.send("zz\r\n" + SMUGGLED);
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(legacy.requests()).isEmpty();
    }
}
