package dev.bailey.app.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.spec.CheckSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.HttpStore;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.Http2Spec;
import dev.bailey.model.spec.IntakeSpec;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.Network;
import dev.bailey.model.spec.PinSpec;
import dev.bailey.model.spec.Problem;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.RampSpec.Step;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import dev.bailey.model.spec.RetrySpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TlsSpec;
import dev.bailey.model.spec.VersionSpec;
import dev.bailey.model.spec.VersionSpec.Mark;
import dev.bailey.model.spec.WritesSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MigrationFileTest {

    static final LocalDate TODAY = LocalDate.of(2026, 11, 20);
    static final Path RESOURCES = Path.of("src/test/resources");

    @Test
    void readsTheFileOfTheSpecification() {
        MigrationSpec spec = valid(read("spec-example.yaml"));

        SliceSpec slice = spec.slices().getFirst();
        assertThat(slice.routes())
                .extracting(RouteSpec::label)
                .containsExactly(
                        "GET /api/orders/{id}",
                        "PUT /api/orders/{id}",
                        "DELETE /api/orders/{id}",
                        "POST /api/orders",
                        "GET /api/orders");
        assertThat(slice.routes()).extracting(RouteSpec::write).containsExactly(false, true, true, true, false);
        assertThat(slice.routes().get(3).entity()).hasToString("response:/id");
        assertThat(slice.writes().replicate()).isEqualTo(WritesSpec.Replicate.REPLAY);
        assertThat(slice.translate().of(slice.routes().getFirst()).requestPath())
                .contains("/v2/orders/{id}");
        assertThat(slice.translate().of(slice.routes().get(3)).requestPath()).isEmpty();
        assertThat(slice.translate().of(slice.routes().get(3)).requestBody()).isPresent();
        assertThat(slice.compare().nullIsAbsent()).isTrue();
        assertThat(slice.ramp().steps().getFirst()).isEqualTo(new Step.ToCohort("internal"));
        assertThat(slice.gates().differences()).isEqualTo(0.0001);
    }

    @Test
    void readsEveryKey() {
        MigrationSpec spec = valid(read("full.yaml"));

        SliceSpec orders = spec.slices().getFirst();
        RouteSpec put = orders.routes().get(1);
        assertThat(put)
                .isEqualTo(new RouteSpec(
                        "PUT",
                        "/api/orders/{id}",
                        "shop.example",
                        Map.of("X-Version", "2"),
                        Map.of("dry", "false"),
                        new EntitySource(EntitySource.Kind.HEADER, "X-Order"),
                        MissingKey.REJECT,
                        true));
        assertThat(orders.translate().of(put).requestPath()).contains("/v3/orders/{id}");
        assertThat(orders.routes().get(2).write()).isFalse();
        assertThat(orders.writes().compensate()).contains(new WritesSpec.Compensation("DELETE", "/api/orders/{key}"));
        assertThat(orders.writes().ackLimit()).isEqualTo(Duration.ofMillis(500));
        SqlStore legacy = (SqlStore) orders.data().orElseThrow().legacy();
        assertThat(legacy.password()).isEqualTo("pa55");
        assertThat(legacy.write().orElseThrow().children())
                .containsEntry(
                        "lines",
                        new ChildTable(
                                "line",
                                "order_id",
                                Map.of("sku", "sku"),
                                Map.of("sku", "upper(?)"),
                                Map.of(),
                                List.of("sku")));
        assertThat(legacy.write().orElseThrow().ids())
                .containsEntry("id", new IdTable("shop.order_ids", "old_id", "own_id", Optional.of("uuid")));
        assertThat(legacy.write().orElseThrow().parts())
                .containsEntry(
                        "shop.order_note",
                        new PartTable("order_id", Map.of("note", "note"), Map.of("note", "trim(?)"), false));
        assertThat(legacy.write().orElseThrow().marks()).contains("shop.bailey_marks");
        HttpStore modern = (HttpStore) orders.data().orElseThrow().modern();
        assertThat(modern.get()).isEqualTo("GET /orders/{key}");
        assertThat(modern.headers().getFirst().value()).isEqualTo("Bearer s3cr3t");
        assertThat(orders.shadow().sample()).isEqualTo(new Ramp(1_250));
        assertThat(orders.shadow().maxBodyBytes()).isEqualTo(64 * 1024);
        assertThat(orders.compare().headers()).containsExactly("etag");
        assertThat(orders.compare().accept().getFirst().until()).isEqualTo("2027-01-31");
        assertThat(orders.ramp().steps()).hasSize(5).endsWith(new Step.ToShare(Ramp.FULL));
        assertThat(orders.cohorts()).hasSize(6);
        assertThat(orders.allow()).containsExactlyInAnyOrder("1", "two");
        assertThat(orders.limits().ratePerSecond()).containsEntry(Side.MODERN, 500);
        assertThat(orders.gates().onFail(GateName.LATENCY)).isEqualTo(OnFail.ROLLBACK);
        assertThat(orders.gates().onFail(GateName.WRITES_MODERN)).isEqualTo(OnFail.HOLD);
        assertThat(spec.slices().get(1).kind()).isEqualTo(SliceKind.STATELESS);
        assertThat(spec.gateway().maxBodyKeptBytes()).isEqualTo(2 << 20);
        assertThat(spec.gateway().sideHeader()).isFalse();
        assertThat(spec.toString()).doesNotContain("pa55").doesNotContain("s3cr3t");
    }

    @Test
    void readsHowClientsAndServicesAreReached() {
        MigrationSpec spec = valid(read("full.yaml"));

        assertThat(spec.tls())
                .contains(new TlsSpec(
                        "tls/chain.pem",
                        "tls/key.pem",
                        Optional.of("tls/clients.pem"),
                        TlsSpec.ClientAuth.OPTIONAL,
                        TlsSpec.Version.TLS_1_3));
        assertThat(spec.modern().reach())
                .isEqualTo(new ReachSpec(
                        List.of(new HostPort("10.0.0.5", 8443), new HostPort("fd00::5", 8443)),
                        HttpVersion.HTTP_2,
                        Optional.of(new ReachSpec.Tls(
                                Optional.of("tls/ca.pem"),
                                Optional.of("tls/client.pem"),
                                Optional.of("tls/client-key.pem"),
                                Optional.of("orders.internal"))),
                        new CheckSpec(Duration.ofSeconds(5), Duration.ofSeconds(2), 1, 2),
                        new EjectSpec(3, Duration.ofSeconds(10), 34),
                        OptionalInt.of(32),
                        2));
        assertThat(spec.legacy().reach()).isEqualTo(ReachSpec.DEFAULTS.withHttp(HttpVersion.HTTP_1_1));
        assertThat(spec.connections(Side.MODERN)).isEqualTo(32);
        assertThat(spec.connections(Side.LEGACY)).isEqualTo(64);
        assertThat(spec.gateway().intake())
                .isEqualTo(new IntakeSpec(Duration.ofSeconds(5), 0, 2_000, Duration.ofMillis(250)));
        assertThat(spec.gateway().trust().proxyProtocol())
                .extracting(Network::toString)
                .containsExactly("10.0.0.0/8", "fd00:0:0:0:0:0:0:0/8");
        assertThat(spec.gateway().trust().mayForward(new byte[] {(byte) 192, 0, 2, 1}))
                .isTrue();
        assertThat(spec.gateway().http2()).isEqualTo(new Http2Spec(64, 16 << 10, 100, 1 << 20));
        assertThat(spec.gateway().eventLoops()).isEqualTo(2);
        assertThat(spec.gateway().takeOverWait()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void readsLimitsVersionsAndPins() {
        SliceSpec slice = valid(read("full.yaml")).slices().getFirst();

        assertThat(slice.limits().concurrency()).isEqualTo(Map.of(Side.LEGACY, 200, Side.MODERN, 100));
        assertThat(slice.limits().retry()).isEqualTo(new RetrySpec(0.05, 2));
        assertThat(slice.limits().fallbackAfter()).isEqualTo(Duration.ofMillis(700));
        assertThat(slice.versions())
                .containsExactly(
                        new VersionSpec(
                                "v1",
                                new Mark.Path("/api"),
                                Optional.of(LocalDate.of(2026, 10, 1)),
                                Optional.of(LocalDate.of(2027, 3, 1)),
                                Optional.of(URI.create("https://docs.example/v2?from=v1#orders"))),
                        new VersionSpec(
                                "v2",
                                new Mark.Header("Accept-Version", "2"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        new VersionSpec(
                                "v3",
                                new Mark.Query("version", "3"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()));
        assertThat(slice.consumers()).contains(new EntitySource(EntitySource.Kind.HEADER, "X-Account"));
        assertThat(slice.pins()).contains(new PinSpec(PinSpec.By.COOKIE, "orders-side", Duration.ofMinutes(10), 5_000));
    }

    @Test
    void fillsInEveryDefault() {
        MigrationSpec spec = valid(read("right.yaml"));

        SliceSpec slice = spec.slices().getFirst();
        assertThat(spec.listen()).hasToString("127.0.0.1:8080");
        assertThat(spec.admin()).hasToString("127.0.0.1:7070");
        assertThat(spec.store()).isEqualTo("embedded");
        assertThat(spec.gateway()).isEqualTo(GatewaySpec.DEFAULTS);
        assertThat(slice.kind()).isEqualTo(SliceKind.STATEFUL);
        assertThat(slice.shadow()).isEqualTo(ShadowSpec.DEFAULTS);
        assertThat(slice.ramp()).isEqualTo(RampSpec.DEFAULTS);
        assertThat(slice.limits()).isEqualTo(LimitsSpec.DEFAULTS);
        assertThat(slice.gates()).isEqualTo(GatesSpec.DEFAULTS);
        assertThat(slice.versions()).isEmpty();
        assertThat(slice.consumers()).isEmpty();
        assertThat(slice.pins()).isEmpty();
        assertThat(spec.tls()).isEmpty();
        assertThat(spec.modern().reach()).isEqualTo(ReachSpec.DEFAULTS);
        assertThat(spec.connections(Side.MODERN)).isEqualTo(512);
        assertThat(slice.writes().ack()).isEqualTo(WritesSpec.Ack.ASYNC);
    }

    @Test
    void aShortBurnInShortensTheWindow() throws IOException {
        MigrationSpec spec = valid(parse(right() + "    gates: { burnIn: 5s }\n"));

        assertThat(spec.slices().getFirst().gates().window()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aSwitchMovesInOneStep() throws IOException {
        MigrationSpec spec = valid(parse(right() + "    strategy: switch\n"));

        assertThat(spec.slices().getFirst().kind()).isEqualTo(SliceKind.SWITCH);
        assertThat(spec.slices().getFirst().ramp().steps()).containsExactly(new Step.ToShare(Ramp.FULL));
    }

    @Test
    void warnsOfADayThatHasPassedAndOfAnAdminPortOthersReach() throws IOException {
        Read read = parse(
                right().replace("2027-03-31", "2026-11-19").replace("legacy: {", "admin: 0.0.0.0:7070\nlegacy: {"));

        assertThat(read)
                .isInstanceOfSatisfying(
                        Read.Valid.class,
                        valid -> assertThat(valid.warnings())
                                .extracting(Problem::path)
                                .containsExactly("finishBy", "admin"));
    }

    @Test
    void warnsOfVersionsThatNobodyCanUseAndOfConsumersThatNobodyCounts() throws IOException {
        assertThat(warnings("    versions: { v1: { path: /v1, sunset: 2026-11-19 } }\n"))
                .containsExactly("slices.orders.versions.v1.path", "slices.orders.versions.v1.sunset");
        assertThat(warnings("    versions: { v1: { path: /api/orders, sunset: 2026-11-20 } }\n"))
                .isEmpty();
        assertThat(warnings("    consumers: jwt:client_id\n")).containsExactly("slices.orders.consumers");
    }

    private static List<String> warnings(String more) throws IOException {
        return ((Read.Valid) parse(right() + more))
                .warnings().stream().map(Problem::path).toList();
    }

    @Test
    void servicesMayShareAUrlWhereTheirAddressesDiffer() throws IOException {
        String shared = right().replace("http://127.0.0.1:8082 ", "http://127.0.0.1:8081, addresses: [10.0.0.5:80] ");

        MigrationSpec spec = valid(parse(shared));

        assertThat(spec.modern().url()).isEqualTo(spec.legacy().url());
        assertThat(spec.modern().reach().addresses()).containsExactly(new HostPort("10.0.0.5", 80));
    }

    @Test
    void aShortCheckIntervalShortensItsTimeoutAndNoneTurnsChecksOff() throws IOException {
        String shortly =
                right().replace("http://127.0.0.1:8082 ", "http://127.0.0.1:8082, check: { interval: 200ms } ");

        assertThat(valid(parse(shortly)).modern().reach().check().timeout()).isEqualTo(Duration.ofMillis(200));
        assertThat(valid(parse(shortly.replace("200ms", "0s")))
                        .modern()
                        .reach()
                        .check()
                        .isOn())
                .isFalse();
    }

    @Test
    void modernHasHalfOfTheTimeToBeginItsAnswer() throws IOException {
        MigrationSpec spec = valid(parse(right() + "    limits: { timeout: 3s }\n"));

        assertThat(spec.slices().getFirst().limits().fallbackAfter()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void aSecretMayBeANumberAndIsNeverShown() throws IOException {
        String text = right() + "gateway: { entityQueue: \"${env:SIZE}\" }\n";

        assertThat(valid(MigrationFile.parse("f", text, _ -> "7", RESOURCES, TODAY))
                        .gateway()
                        .entityQueue())
                .isEqualTo(7);
        Read wrong = MigrationFile.parse("f", text, _ -> "hunter2", RESOURCES, TODAY);
        assertThat(rendered(wrong)).contains("entityQueue").doesNotContain("hunter2");
    }

    @Test
    void aPasswordInTheFileIsWarnedOfAndNotPrinted() throws IOException {
        String text = right().replace(
                        "jdbc: jdbc:sqlite:modern.db", "jdbc: jdbc:postgresql://db/m\n        password: hunter2");

        Read read = parse(text);

        assertThat(rendered(read)).contains("a password stands in the file").doesNotContain("hunter2");
    }

    @Test
    void aFeedsOwnUserGoesBeforeTheStores() throws IOException {
        String text =
                right().replace("jdbc: jdbc:sqlite:legacy.db", "jdbc: jdbc:postgresql://db/shop?user=shop&ssl=true")
                        + """
                    feeds:
                      - capture: { side: legacy, tables: { orders: id }, user: feeds, password: "${env:DB_PASSWORD}" }
                """;

        assertThat(valid(parse(text)).slices().getFirst().feeds().getFirst().source())
                .isInstanceOfSatisfying(
                        Capture.class,
                        capture -> assertThat(capture.login())
                                .isEqualTo(new Login("jdbc:postgresql://db/shop?ssl=true", "feeds", "pa55")));
    }

    static @Nullable String env(String name) {
        return switch (name) {
            case "DB_PASSWORD" -> "pa55";
            case "TLS_KEY" -> "tls/key.pem";
            default -> null;
        };
    }

    static Read read(String name) {
        return MigrationFile.read(RESOURCES.resolve(name), MigrationFileTest::env, TODAY);
    }

    static Read parse(String text) {
        return MigrationFile.parse("orders.yaml", text, MigrationFileTest::env, RESOURCES, TODAY);
    }

    static String right() throws IOException {
        return Files.readString(RESOURCES.resolve("right.yaml"));
    }

    static MigrationSpec valid(Read read) {
        return switch (read) {
            case Read.Valid valid -> valid.spec();
            case Read.Invalid _ -> throw new AssertionError(rendered(read));
        };
    }

    static String rendered(Read read) {
        return switch (read) {
            case Read.Valid valid -> rendered("orders.yaml", valid.warnings(), valid.text());
            case Read.Invalid invalid -> rendered("orders.yaml", invalid.problems(), invalid.text());
        };
    }

    static String rendered(String name, List<Problem> problems, String text) {
        return problems.stream().map(problem -> problem.render(name, text)).collect(Collectors.joining());
    }
}
