package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.wiring.ConfigAdapter.Reading;
import dev.bailey.control.api.PlanView.Change;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ConfigAdapterTest {

    private static final String TEXT = """
            bailey: 1
            migration: m
            owner: o
            finishBy: 2027-01-01
            legacy: { url: "https://legacy.example", addresses: ["10.0.0.1:443"], check: { interval: 2s } }
            modern: { url: "https://modern.example" }
            tls: { certificate: chain.pem, key: key.pem }
            slices:
              things:
                state: none
                entity: path:id
                routes: [ "GET /v1/things/{id}" ]
                limits: { timeout: 2s }
                versions: { v1: { path: /v1, deprecated: 2026-10-01 } }
                consumers: header:X-Account
                pins: { by: key }
            gateway: { headTimeout: 10s, trustForwarded: [10.0.0.0/8] }
            """;

    private final ConfigAdapter config =
            new ConfigAdapter(Path.of("m.yaml"), TEXT, () -> Instant.parse("2026-11-20T12:00:00Z"));

    @TestFactory
    Stream<DynamicTest> whatConnectionsAndListenersWereMadeFromNeedsARestart() {
        return Stream.of(
                        changed("key: key.pem", "key: new.pem", "tls.key"),
                        changed("tls: { certificate: chain.pem, key: key.pem }\n", "", "tls.certificate"),
                        changed("10.0.0.1:443", "10.0.0.2:443", "legacy.addresses[0]"),
                        changed("interval: 2s", "interval: 3s", "legacy.check.interval"),
                        changed(
                                "modern: { url: \"https://modern.example\"",
                                "modern: { url: \"https://modern.example\", http: 2",
                                "modern.http"),
                        changed("headTimeout: 10s", "headTimeout: 5s", "gateway.headTimeout"),
                        changed("10.0.0.0/8", "10.0.0.0/16", "gateway.trustForwarded[0]"))
                .map(edit -> DynamicTest.dynamicTest(edit.place, () -> {
                    assertThat(config.plan(edit.text).changes())
                            .filteredOn(change -> change.what().equals(edit.place))
                            .extracting(Change::effect)
                            .singleElement()
                            .asString()
                            .startsWith("needs a restart");
                    assertThat(config.read(edit.text))
                            .isInstanceOfSatisfying(
                                    Reading.NeedsRestart.class,
                                    cold -> assertThat(cold.places()).contains(edit.place));
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatEachRequestIsHeldAgainstTakesEffectAtOnce() {
        return Stream.of(
                        changed(
                                "limits: { timeout: 2s",
                                "limits: { timeout: 2s, fallbackAfter: 1500ms",
                                "slices.things.limits.fallbackAfter"),
                        changed(
                                "limits: { timeout: 2s",
                                "limits: { timeout: 2s, concurrency: { modern: 5 }",
                                "slices.things.limits.concurrency.modern"),
                        changed(
                                "deprecated: 2026-10-01",
                                "deprecated: 2026-11-01",
                                "slices.things.versions.v1.deprecated"),
                        changed("header:X-Account", "header:X-Client", "slices.things.consumers"),
                        changed("by: key", "by: cookie:SID", "slices.things.pins.by"))
                .map(edit -> DynamicTest.dynamicTest(edit.place, () -> {
                    assertThat(config.plan(edit.text).changes())
                            .filteredOn(change -> change.what().equals(edit.place))
                            .extracting(Change::effect)
                            .containsExactly("takes effect at once");
                    assertThat(config.read(edit.text)).isInstanceOf(Reading.Applicable.class);
                }));
    }

    @Test
    void theSameFileChangesNothing() {
        assertThat(config.plan(TEXT).changes()).isEmpty();
    }

    private static Edit changed(String before, String after, String place) {
        assertThat(TEXT).contains(before);
        return new Edit(TEXT.replace(before, after), place);
    }

    private record Edit(String text, String place) {}
}
