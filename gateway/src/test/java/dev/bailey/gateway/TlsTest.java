package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.spec.TlsSpec;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** TLS towards clients, with the JDK's sockets. */
@ExtendWith(NoLeaks.class)
class TlsTest {

    @TempDir
    Path folder;

    private Certificates certificates;
    private RawServer legacy;

    @BeforeEach
    void open() throws Exception {
        certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        legacy = RawServer.saying(200, "ok");
    }

    @AfterEach
    void close() {
        legacy.close();
    }

    private Bridge bridge(TlsSpec spec) {
        return Bridge.between(legacy.url(), legacy.url()).tls(spec, folder).open();
    }

    private SSLSocket connect(Bridge bridge, Optional<X509Bundle> own, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) certificates
                .context(own)
                .getSocketFactory()
                .createSocket("127.0.0.1", bridge.gateway.address().port());
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String get(SSLSocket socket, String connection) throws IOException {
        socket.getOutputStream()
                .write(("GET /a HTTP/1.1\r\nHost: shop.example\r\nConnection: " + connection + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        String head = RawServer.head(in);
        return head + new String(in.readNBytes(2), StandardCharsets.US_ASCII);
    }

    private static String name(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    void http11GoesOverTlsWithOldAndNewVersions() throws Exception {
        try (Bridge bridge = bridge(Certificates.spec())) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (SSLSocket socket = connect(bridge, Optional.empty(), version)) {
                    assertThat(get(socket, "keep-alive")).contains("200").endsWith("ok");
                    assertThat(get(socket, "close")).contains("200").endsWith("ok");
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                }
            }
            assertThat(legacy.requests().getFirst().header("X-Forwarded-Proto")).isEqualTo("https");
        }
    }

    @Test
    void versionsUnderTheLeastAreRefused() throws Exception {
        TlsSpec spec =
                new TlsSpec("cert.pem", "key.pem", Optional.empty(), TlsSpec.ClientAuth.NONE, TlsSpec.Version.TLS_1_3);
        try (Bridge bridge = bridge(spec);
                SSLSocket socket = connect(bridge, Optional.empty(), "TLSv1.2")) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
    }

    @Test
    void plainBytesGetNoAnswer() throws Exception {
        try (Bridge bridge = bridge(Certificates.spec());
                RawClient client = bridge.client()) {
            client.get("/a");
            assertThat(client.answer().status()).isZero();
        }
    }

    @Test
    void clientsShowACertificateWhereOneIsRequired() throws Exception {
        try (Bridge bridge = bridge(Certificates.spec(TlsSpec.ClientAuth.REQUIRED))) {
            try (SSLSocket known = connect(bridge, Optional.of(certificates.client("someone")))) {
                assertThat(get(known, "close")).contains("200");
            }
            try (SSLSocket unknown = connect(bridge, Optional.of(new Certificates().client("stranger")))) {
                assertThatThrownBy(() -> refused(unknown)).isInstanceOf(IOException.class);
            }
            try (SSLSocket nobody = connect(bridge, Optional.empty())) {
                assertThatThrownBy(() -> refused(nobody)).isInstanceOf(IOException.class);
            }
            assertThat(legacy.requests()).hasSize(1);
        }
    }

    @Test
    void clientsMayShowACertificateWhereItIsOptional() throws Exception {
        try (Bridge bridge = bridge(Certificates.spec(TlsSpec.ClientAuth.OPTIONAL))) {
            try (SSLSocket nobody = connect(bridge, Optional.empty())) {
                assertThat(get(nobody, "close")).contains("200");
            }
            try (SSLSocket unknown = connect(bridge, Optional.of(new Certificates().client("stranger")))) {
                assertThatThrownBy(() -> refused(unknown)).isInstanceOf(IOException.class);
            }
        }
    }

    private static void refused(SSLSocket socket) throws IOException {
        if (get(socket, "close").length() == 2) {
            throw new IOException("ended without an answer");
        }
    }

    @Test
    void renewedCertificatesCountForNewConnectionsOnly() throws Exception {
        try (Bridge bridge = bridge(Certificates.spec());
                SSLSocket before = connect(bridge, Optional.empty())) {
            assertThat(get(before, "keep-alive")).endsWith("ok");
            assertThat(name(before)).isEqualTo("CN=localhost");
            certificates.write(certificates.server("renewed"), folder);
            assertThat(bridge.gateway.reloadCertificates()).isTrue();
            try (SSLSocket after = connect(bridge, Optional.empty())) {
                assertThat(get(after, "close")).endsWith("ok");
                assertThat(name(after)).isEqualTo("CN=renewed");
            }
            assertThat(get(before, "close")).endsWith("ok");
        }
    }

    @Test
    void renewedCertificatesAreNoticed() throws Exception {
        try (Bridge bridge = bridge(Certificates.spec())) {
            certificates.write(certificates.server("renewed"), folder);
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(20))
                    .until(() -> {
                        try (SSLSocket after = connect(bridge, Optional.empty())) {
                            return get(after, "close").endsWith("ok")
                                    && name(after).equals("CN=renewed");
                        }
                    });
        }
    }

    @Test
    void filesThatCannotBeUsedLeaveTheLastInForce() throws Exception {
        try (Bridge bridge = bridge(Certificates.spec())) {
            Files.writeString(folder.resolve("cert.pem"), "not a certificate");
            assertThat(bridge.gateway.reloadCertificates()).isFalse();
            certificates.write(certificates.server("renewed"), folder);
            Files.writeString(
                    folder.resolve("key.pem"), certificates.server("other").getPrivateKeyPEM());
            assertThat(bridge.gateway.reloadCertificates()).isFalse();
            try (SSLSocket socket = connect(bridge, Optional.empty())) {
                assertThat(get(socket, "close")).endsWith("ok");
                assertThat(name(socket)).isEqualTo("CN=localhost");
            }
        }
    }

    @Test
    void startSaysWhichFileCannotBeUsed() throws Exception {
        Files.delete(folder.resolve("key.pem"));
        assertThatThrownBy(() -> bridge(Certificates.spec()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key.pem");
    }
}
