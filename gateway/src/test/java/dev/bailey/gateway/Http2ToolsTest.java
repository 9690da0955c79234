package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command-line clients people have: {@code curl} and {@code h2load} (Debian: curl, nghttp2-client). */
@ExtendWith(NoLeaks.class)
class Http2ToolsTest {

    @TempDir
    Path folder;

    private RawServer legacy;
    private Bridge plain;
    private Bridge secure;

    @BeforeEach
    void open() throws Exception {
        legacy = RawServer.answering((request, _, out) ->
                out.write(RawServer.response(200, request.line() + " " + request.body().length + "\n")));
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        plain = Bridge.between(legacy.url(), legacy.url())
                .bounds(Bridge.Builder.patient())
                .timeout(Duration.ofSeconds(20))
                .open();
        secure = Bridge.between(legacy.url(), legacy.url())
                .bounds(Bridge.Builder.patient())
                .timeout(Duration.ofSeconds(20))
                .tls(Certificates.spec(), folder)
                .open();
    }

    @AfterEach
    void close() {
        plain.close();
        secure.close();
        legacy.close();
    }

    /** Where it is set, as continuous integration does, a tool that is missing is a failure. */
    private static final String DEMANDED = "BAILEY_TOOLS_REQUIRED";

    /** Skips the test where the machine does not have the tool, and says so. */
    private static void require(String tool) {
        boolean there = List.of(System.getenv("PATH").split(":", -1)).stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
        if (!there) {
            String missing = tool + " is not on this machine (Debian: curl, nghttp2-client)";
            assertThat(System.getenv(DEMANDED))
                    .as("%s, and %s demands it", missing, DEMANDED)
                    .isNull();
            System.err.println("skipped: a test with real clients of HTTP/2: " + missing);
            assumeTrue(false, missing);
        }
    }

    /** What the command printed. */
    private String run(String... command) throws IOException, InterruptedException {
        require(command[0]);
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String said = Files.readString(out, StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static String url(Bridge bridge, String scheme, String path) {
        return scheme + "://localhost:" + bridge.gateway.address().port() + path;
    }

    @Test
    void curlSpeaksHttp2WithAndWithoutTls() throws Exception {
        assertThat(run("curl", "-sSi", "-4", "--http2-prior-knowledge", url(plain, "http", "/a")))
                .startsWith("HTTP/2 200")
                .contains("x-bailey-side: legacy")
                .contains("GET /a HTTP/1.1 0");
        assertThat(run(
                        "curl",
                        "-sSi",
                        "-4",
                        "--http2",
                        "--cacert",
                        folder.resolve("ca.pem").toString(),
                        url(secure, "https", "/b")))
                .startsWith("HTTP/2 200")
                .contains("GET /b HTTP/1.1 0");
        assertThat(run(
                        "curl",
                        "-sSi",
                        "-4",
                        "--http1.1",
                        "--cacert",
                        folder.resolve("ca.pem").toString(),
                        url(secure, "https", "/c")))
                .startsWith("HTTP/1.1 200")
                .contains("GET /c HTTP/1.1 0");
        // An upgrade from HTTP/1.1 is not made; the answer is of HTTP/1.1.
        assertThat(run("curl", "-sSi", "-4", "--http2", url(plain, "http", "/d")))
                .startsWith("HTTP/1.1 200")
                .contains("GET /d HTTP/1.1 0");
    }

    @Test
    void curlSendsALargeBody() throws Exception {
        Path large = folder.resolve("large");
        Files.write(large, new byte[8 << 20]);
        assertThat(run(
                        "curl",
                        "-sS",
                        "-4",
                        "--http2-prior-knowledge",
                        "--data-binary",
                        "@" + large,
                        url(plain, "http", "/up")))
                .contains("POST /up HTTP/1.1 " + (8 << 20));
    }

    @Test
    void h2loadGetsAnAnswerToEveryRequest() throws Exception {
        assertThat(run("h2load", "-n", "5000", "-c", "8", "-m", "32", url(plain, "http", "/n")))
                .contains("5000 succeeded, 0 failed");
        assertThat(run("h2load", "-n", "5000", "-c", "8", "-m", "32", url(secure, "https", "/n")))
                .contains("5000 succeeded, 0 failed");
    }
}
