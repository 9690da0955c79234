package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.gateway.RawServer;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthProbeTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private static Address at(int port) {
        return new Address(new InetSocketAddress("127.0.0.1", port), true);
    }

    private static HealthProbe probe(@Nullable String path) {
        return new HealthProbe("orders.example:8080", path, HttpVersion.AUTO, null, "orders.example", System::nanoTime);
    }

    private static void ask(RawServer server, Duration timeout) throws IOException {
        probe("/base/health").ask(at(server.url().getPort()), timeout);
    }

    @Test
    void asksForTheHealthPathUnderTheSidesOwnHost() throws IOException {
        try (RawServer server = RawServer.saying(200, "up")) {
            ask(server, SOON);
            RawServer.Request got = server.requests().getFirst();
            assertThat(got.line()).isEqualTo("GET /base/health HTTP/1.1");
            assertThat(got.header("Host")).isEqualTo("orders.example:8080");
            assertThat(got.header("Connection")).isEqualTo("close");
        }
    }

    @Test
    void statusesOf2xxAnd3xxAreHealthyAndNoOthers() throws IOException {
        for (int status : new int[] {200, 204, 302, 399}) {
            try (RawServer server = RawServer.saying(status, "")) {
                ask(server, SOON);
            }
        }
        for (int status : new int[] {101, 404, 500, 503}) {
            try (RawServer server = RawServer.saying(status, "")) {
                assertThatThrownBy(() -> ask(server, SOON))
                        .as("%d", status)
                        .hasMessage("answered HTTP/1.1 " + status + " Said (expected 2xx or 3xx)");
            }
        }
    }

    @Test
    void whatIsNotHttpIsNotHealthy() {
        try (RawServer server = RawServer.answering((_, _, out) -> out.write(RawServer.lines("SSH-2.0-x", "")))) {
            assertThatThrownBy(() -> ask(server, SOON)).hasMessageContaining("SSH-2.0-x");
        }
        try (RawServer server = RawServer.answering((_, socket, _) -> socket.close())) {
            assertThatThrownBy(() -> ask(server, SOON)).isInstanceOf(IOException.class);
        }
        try (RawServer server = RawServer.answering((_, _, out) -> out.write(new byte[100_000]))) {
            assertThatThrownBy(() -> ask(server, SOON)).hasMessageContaining("above 1024 bytes");
        }
    }

    @Test
    void anAnswerThatTricklesIsLate() {
        try (RawServer server = RawServer.answering((_, socket, out) -> {
            for (int i = 0; i < 1_000 && !socket.isClosed(); i++) {
                out.write('H');
                out.flush();
                pause();
            }
        })) {
            assertThatThrownBy(() -> ask(server, Duration.ofMillis(200))).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void withoutAPathAConnectionIsEnough() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0)) {
            port = server.getLocalPort();
            assertThatCode(() -> probe(null).ask(at(port), SOON)).doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> probe(null).ask(at(port), SOON)).isInstanceOf(IOException.class);
    }

    @Test
    void overTlsTheCertificateMustBeTheSides(@TempDir Path folder) throws Exception {
        SSLContext context = certified(folder, "orders.example");
        try (SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0)) {
            Thread serving = Thread.ofVirtual().start(() -> serve(server));
            Address address = at(server.getLocalPort());
            new HealthProbe(
                            "orders.example",
                            "/health",
                            HttpVersion.AUTO,
                            context::getSocketFactory,
                            "orders.example",
                            System::nanoTime)
                    .ask(address, SOON);
            assertThatThrownBy(() -> new HealthProbe(
                                    "other.example",
                                    "/health",
                                    HttpVersion.AUTO,
                                    context::getSocketFactory,
                                    "other.example",
                                    System::nanoTime)
                            .ask(address, SOON))
                    .isInstanceOf(SSLException.class);
            server.close();
            serving.join();
        }
    }

    private static SSLContext certified(Path folder, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        char[] password = "password".toCharArray();
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-validity",
                        "3650",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "password")
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, password);
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", keys.getCertificate("a"));
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(keys, password);
        TrustManagerFactory believed = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        believed.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), believed.getTrustManagers(), null);
        return context;
    }

    private static void serve(SSLServerSocket server) {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream().write(RawServer.response(200, "up"));
            } catch (IOException refusedByClientOrClosed) {
                // the next one
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
