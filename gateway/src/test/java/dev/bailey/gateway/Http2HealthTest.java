package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.model.spec.CheckSpec;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import dev.bailey.model.spec.ServiceSpec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Health checks of services that speak HTTP/2 and nothing else. */
@ExtendWith(NoLeaks.class)
class Http2HealthTest {

    private static final CheckSpec CHECKED = new CheckSpec(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
    private static final EjectSpec KEPT = new EjectSpec(0, Duration.ofSeconds(1), 50);

    private final AtomicBoolean sick = new AtomicBoolean();
    private final List<Http2Service> services = new ArrayList<>();

    private void serving(@Nullable SslContext tls, boolean mayBeSick) {
        services.add(new Http2Service(tls, 100, stream -> {
            boolean asked = stream.path().equals("/base/health");
            if (asked && mayBeSick) {
                stream.head(103, false, "link", "</style.css>");
            }
            stream.head(asked && mayBeSick && sick.get() ? 503 : 200, true);
        }));
    }

    @AfterEach
    void close() {
        services.forEach(Http2Service::close);
    }

    private Bridge open(ReachSpec reach, Path folder) {
        HostPort[] places = services.stream()
                .map(service -> new HostPort("127.0.0.1", service.url().getPort()))
                .toArray(HostPort[]::new);
        ReachSpec checked = reach.withAddresses(places).withCheck(CHECKED).withEject(KEPT);
        var url = services.getFirst().url().resolve("/base");
        return Bridge.between(url, url)
                .reach(checked, folder)
                .legacyService(service ->
                        new ServiceSpec(service.url(), Optional.of("/health"), List.of(), Optional.empty(), checked))
                .open();
    }

    private static void awaitUnhealthy(Bridge bridge, int count) {
        await().until(() -> bridge.meters
                .scrape()
                .contains("bailey_upstream_addresses{side=\"legacy\",state=\"unhealthy\"} " + count + ".0"));
    }

    private static double passed(Bridge bridge) {
        return bridge.meters
                .get("bailey.upstream.checks")
                .tags("side", "legacy", "result", "healthy")
                .functionCounter()
                .count();
    }

    @Test
    void serviceInTheClearThatIsSickIsNotAskedUntilItIsWell() throws Exception {
        sick.set(true);
        serving(null, true);
        serving(null, false);
        try (Bridge bridge = open(ReachSpec.DEFAULTS.withHttp(HttpVersion.HTTP_2), Path.of(""));
                RawClient client = bridge.client()) {
            awaitUnhealthy(bridge, 1);
            for (int i = 0; i < 40; i++) {
                assertThat(client.get("/orders/1").answer().status()).isEqualTo(200);
            }
            assertThat(orders(services.getFirst())).isZero();
            assertThat(orders(services.getLast())).isEqualTo(40);
            sick.set(false);
            awaitUnhealthy(bridge, 0);
            var asked = services.getFirst().streams().getFirst().headers;
            assertThat(asked.method()).hasToString("GET");
            assertThat(asked.scheme()).hasToString("http");
            assertThat(asked.authority()).hasToString(services.getFirst().url().getAuthority());
            assertThat(asked.get("user-agent")).hasToString("bailey-health");
        }
    }

    private static long orders(Http2Service service) {
        return service.streams().stream()
                .filter(stream -> stream.path().equals("/base/orders/1"))
                .count();
    }

    @Test
    void serviceOverTlsIsAskedInWhatItAgreesOn(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates();
        certificates.write(certificates.client("bailey"), folder);
        X509Bundle own = certificates.server("localhost");
        SslContext tls = SslContextBuilder.forServer(own.getKeyPair().getPrivate(), own.getCertificatePath())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
        ReachSpec.Tls trusting =
                new ReachSpec.Tls(Optional.of("ca.pem"), Optional.empty(), Optional.empty(), Optional.empty());
        serving(tls, true);
        serving(tls, false);
        for (HttpVersion version : new HttpVersion[] {HttpVersion.AUTO, HttpVersion.HTTP_2}) {
            try (Bridge bridge = open(ReachSpec.DEFAULTS.withHttp(version).withTls(trusting), folder)) {
                await().until(() -> passed(bridge) >= 4);
                awaitUnhealthy(bridge, 0);
                sick.set(true);
                awaitUnhealthy(bridge, 1);
                sick.set(false);
            }
        }
    }
}
