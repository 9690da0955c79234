package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** TLS to services: whom the gateway trusts, what it shows, and which version of HTTP it agrees on. */
@ExtendWith(NoLeaks.class)
class UpstreamTlsTest {

    @TempDir
    Path folder;

    private Certificates certificates;

    @BeforeEach
    void open() throws Exception {
        certificates = new Certificates();
        certificates.write(certificates.client("bailey"), folder);
    }

    private SslContext server(X509Bundle bundle, boolean asksClients) throws Exception {
        return SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath())
                .trustManager(certificates.authority.getCertificate())
                .clientAuth(asksClients ? ClientAuth.REQUIRE : ClientAuth.NONE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
    }

    private static ReachSpec.Tls trusting() {
        return new ReachSpec.Tls(Optional.of("ca.pem"), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Http2Service service(SslContext tls) {
        return new Http2Service(
                tls, 100, stream -> stream.head(200, false).data(String.valueOf(stream.headers.scheme()), true));
    }

    private Answer ask(URI service, ReachSpec reach) throws Exception {
        try (Bridge bridge =
                        Bridge.between(service, service).reach(reach, folder).open();
                RawClient client = bridge.client()) {
            return client.get("/a").answer();
        }
    }

    @Test
    void http2IsAgreedOnWhereTheServiceHasIt() throws Exception {
        try (Http2Service service = service(server(certificates.server("localhost"), false))) {
            Answer answer = ask(service.url(), ReachSpec.DEFAULTS.withTls(trusting()));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("https");
        }
    }

    @Test
    void http11IsSpokenWhereTheServiceHasNothingElse() throws Exception {
        try (RawServer service = RawServer.secure(
                certificates.context(Optional.of(certificates.server("localhost"))),
                (_, _, out) -> out.write(RawServer.response(200, "one")))) {
            for (HttpVersion version : new HttpVersion[] {HttpVersion.AUTO, HttpVersion.HTTP_1_1}) {
                assertThat(ask(
                                        service.url(),
                                        ReachSpec.DEFAULTS.withTls(trusting()).withHttp(version))
                                .text())
                        .isEqualTo("one");
            }
            assertThat(ask(service.url(), ReachSpec.DEFAULTS.withTls(trusting()).withHttp(HttpVersion.HTTP_2))
                            .status())
                    .isEqualTo(502);
        }
    }

    @Test
    void serviceOfAnotherNameOrAuthorityIsNotTrusted() throws Exception {
        try (Http2Service named = service(server(certificates.server("other.example"), false));
                Http2Service right = service(server(certificates.server("localhost"), false))) {
            assertThat(ask(named.url(), ReachSpec.DEFAULTS.withTls(trusting())).status())
                    .isEqualTo(502);
            assertThat(ask(right.url(), ReachSpec.DEFAULTS).status()).isEqualTo(502);
            ReachSpec.Tls byName = new ReachSpec.Tls(
                    Optional.of("ca.pem"), Optional.empty(), Optional.empty(), Optional.of("other.example"));
            assertThat(ask(named.url(), ReachSpec.DEFAULTS.withTls(byName)).status())
                    .isEqualTo(200);
            assertThat(ask(right.url(), ReachSpec.DEFAULTS.withTls(byName)).status())
                    .isEqualTo(502);
            assertThat(named.streams()).hasSize(1);
            assertThat(right.streams()).isEmpty();
        }
    }

    @Test
    void certificateIsShownToAServiceThatAsksForOne() throws Exception {
        try (Http2Service service = service(server(certificates.server("localhost"), true))) {
            ReachSpec.Tls showing = new ReachSpec.Tls(
                    Optional.of("ca.pem"), Optional.of("cert.pem"), Optional.of("key.pem"), Optional.empty());
            assertThat(ask(service.url(), ReachSpec.DEFAULTS.withTls(showing)).status())
                    .isEqualTo(200);
            assertThat(ask(service.url(), ReachSpec.DEFAULTS.withTls(trusting()))
                            .status())
                    .isEqualTo(502);
            assertThat(service.streams()).hasSize(1);
        }
    }

    /** Asks on a connection that is made for it. */
    private static int statusOnANewConnection(RawServer service, RawClient client) throws IOException {
        service.dropConnections();
        await().until(() -> service.openConnections() == 0);
        return client.get("/a").answer().status();
    }

    @Test
    void changedFilesCountForNewConnectionsAndOpenOnesGoOn() throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        Certificates others = new Certificates();
        ReachSpec.Tls showing = new ReachSpec.Tls(
                Optional.of("ca.pem"), Optional.of("cert.pem"), Optional.of("key.pem"), Optional.empty());
        SSLContext asking = certificates.context(Optional.of(certificates.server("localhost")));
        try (RawServer service = RawServer.mutual(asking, (request, _, out) -> {
                    if (request.line().contains("/long")) {
                        out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: 8", "", "firs"));
                        out.flush();
                        awaitChange(changed);
                        out.write(RawServer.lines("tlas"));
                    } else {
                        out.write(RawServer.response(200, "well"));
                    }
                });
                Bridge bridge = Bridge.between(service.url(), service.url())
                        .reach(ReachSpec.DEFAULTS.withTls(showing), folder)
                        .open();
                RawClient client = bridge.client();
                RawClient patient = bridge.client()) {
            assertThat(client.get("/a").answer().status()).isEqualTo(200);
            patient.get("/long");
            assertThat(RawServer.head(patient.in())).contains("200");
            assertThat(patient.in().readNBytes(4)).asString().isEqualTo("firs");

            Files.writeString(folder.resolve("ca.pem"), others.authority.getCertificatePEM());
            assertThat(bridge.gateway.reloadCertificates()).isTrue();
            changed.countDown();
            assertThat(patient.in().readNBytes(4)).asString().isEqualTo("tlas");
            assertThat(client.get("/a").answer().status()).as("an open one").isEqualTo(200);
            assertThat(statusOnANewConnection(service, client))
                    .as("not trusted")
                    .isEqualTo(502);

            Files.writeString(folder.resolve("ca.pem"), "nothing");
            assertThat(bridge.gateway.reloadCertificates()).isFalse();
            certificates.write(others.client("bailey"), folder);
            assertThat(bridge.gateway.reloadCertificates()).isTrue();
            assertThat(statusOnANewConnection(service, client))
                    .as("shows a stranger's")
                    .isEqualTo(502);

            certificates.write(certificates.client("bailey"), folder); // found without being told
            await().atMost(Duration.ofSeconds(20)).until(() -> statusOnANewConnection(service, client) == 200);
        }
    }

    private static void awaitChange(CountDownLatch changed) {
        try {
            changed.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void fileThatCannotBeUsedIsNamedAtTheStart() throws Exception {
        Files.writeString(folder.resolve("ca.pem"), "nothing");
        assertThatThrownBy(() -> ask(URI.create("https://localhost:1"), ReachSpec.DEFAULTS.withTls(trusting())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca.pem");
    }

    @Test
    void answerCutWithoutAGoodByeOfTlsIsNotTakenForWhole() throws Exception {
        for (boolean saysGoodBye : new boolean[] {true, false}) {
            try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                SSLSocketFactory secured = certificates
                        .context(Optional.of(certificates.server("localhost")))
                        .getSocketFactory();
                Thread.ofVirtual().start(() -> {
                    try (Socket plain = server.accept();
                            SSLSocket socket = (SSLSocket) secured.createSocket(plain, "a", 1, false)) {
                        socket.setUseClientMode(false);
                        RawServer.head(socket.getInputStream());
                        socket.getOutputStream().write(RawServer.lines("HTTP/1.1 200 OK", "", "part"));
                        if (saysGoodBye) {
                            socket.close();
                        }
                        plain.close();
                    } catch (IOException gone) {
                        // the gateway closed it
                    }
                });
                URI url = URI.create("https://127.0.0.1:" + server.getLocalPort());
                try (Bridge bridge = Bridge.between(url, url)
                                .reach(ReachSpec.DEFAULTS.withTls(trusting()), folder)
                                .open();
                        RawClient client = bridge.client()) {
                    client.get("/a");
                    RawServer.head(client.in());
                    String body = new String(client.in().readNBytes(14), StandardCharsets.US_ASCII);
                    assertThat(body.endsWith("0\r\n\r\n")).as(body).isEqualTo(saysGoodBye);
                }
            }
        }
    }
}
