package dev.bailey.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.Role;
import dev.bailey.control.state.Backing;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.SliceName;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class AdminServerTest {

    private final Backing backing;

    AdminServerTest(Backing backing) {
        this.backing = backing;
    }

    private static final String ADVANCE = "/api/v1/slices/orders/advance";

    @TempDir
    Path folder;

    FakeBailey bailey;

    @BeforeEach
    void start() {
        bailey = new FakeBailey(backing, folder, config -> config);
    }

    @AfterEach
    void stop() {
        bailey.close();
    }

    @Test
    void passesACommandOnWithActorReasonAndEpoch() {
        String olga = bailey.token("olga", Role.OPERATOR);
        HttpResponse<String> answer =
                bailey.post(ADVANCE, olga, "{\"reason\":\" ready \",\"ramp\":\"12.5%\",\"expectedEpoch\":7}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"outcome\":\"done\"", "\"epoch\":8", "\"ramp\":\"50%\"");
        assertThat(bailey.executed)
                .containsExactly(new Command.Advance(
                        new SliceName("orders"), Optional.empty(), Optional.of(new Ramp(1_250)), false));
        assertThat(bailey.issues.getFirst().actor()).isEqualTo("olga");
        assertThat(bailey.issues.getFirst().reason()).isEqualTo("ready");
        assertThat(bailey.issues.getFirst().roles()).isEqualTo(Set.of(Role.OPERATOR));
        assertThat(bailey.issues.getFirst().expected().orElseThrow().value()).isEqualTo(7);
    }

    @Test
    void answersEachRefusalWithItsStatusAndCode() {
        refused("/api/v1/slices/orders/advance", "{\"reason\":\"r\",\"to\":\"READ_CUTOVER\"}", 422, "gates");
        refused("/api/v1/slices/orders/back", "{\"reason\":\"r\"}", 409, "busy");
        refused("/api/v1/slices/orders/rollback", "{\"reason\":\"r\"}", 409, "stale-epoch");
        refused("/api/v1/slices/nope/backfill", "{\"reason\":\"r\"}", 404, "not-found");
        refused("/api/v1/slices/orders/back", "{\"reason\":\" \"}", 400, "invalid");
        refused("/api/v1/slices/orders/unpark", "{\"reason\":\"r\",\"entity\":\"4\"}", 500, "failed");
        refused("/api/v1/approvals/none/approve", "{\"reason\":\"r\"}", 404, "not-found");
        assertThat(bailey.get("/api/v1/nothing", bailey.local).statusCode()).isEqualTo(404);
        assertThat(bailey.send("PUT", "/api/v1/status", bailey.local, "{}", "application/json")
                        .statusCode())
                .isEqualTo(405);
        assertThat(bailey.post("/api/v1/slices/orders/backfill", bailey.local, "{\"reason\":\"r\"}")
                        .statusCode())
                .isEqualTo(202);
    }

    private void refused(String path, String body, int status, String code) {
        HttpResponse<String> answer = bailey.post(path, bailey.local, body);
        assertThat(answer.statusCode()).as(path).isEqualTo(status);
        ErrorView error = ApiJson.mapper().readValue(answer.body(), ErrorView.class);
        assertThat(error.error()).isEqualTo(code);
        assertThat(error.remedy()).isNotEmpty();
        assertThat(error.gates()).hasSize(code.equals("gates") ? 1 : 0);
    }

    @Test
    void refusesBodiesThatAreNotQuiteRightAndSaysWhatWasMeant() {
        assertThat(bailey.post(ADVANCE, bailey.local, "{\"reasn\":\"r\"}").body())
                .contains("unknown field \\\"reasn\\\"", "did you mean \\\"reason\\\"?");
        assertThat(bailey.post(ADVANCE, bailey.local, "{}").body()).contains("\\\"reason\\\" is missing");
        assertThat(bailey.post(ADVANCE, bailey.local, "{\"reason\":\"r\",\"ramp\":\"101%\"}")
                        .body())
                .contains("expected 0% to 100%");
        assertThat(bailey.post(ADVANCE, bailey.local, "{\"reason\":\"r\",\"to\":\"NOWHERE\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(bailey.post(ADVANCE, bailey.local, "[").statusCode()).isEqualTo(400);
        assertThat(bailey.send("POST", ADVANCE, bailey.local, "{\"reason\":\"r\"}", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        String huge = "{\"reason\":\"" + "x".repeat(2 << 20) + "\"}";
        assertThat(bailey.post(ADVANCE, bailey.local, huge).statusCode()).isEqualTo(413);
        assertThat(bailey.executed).isEmpty();
    }

    @Test
    void letsNoForeignPageIn() throws IOException {
        assertThat(raw("Host: evil.example\r\n")).contains("403").contains("foreign-origin");
        assertThat(raw("Host: 127.0.0.1:" + bailey.server.port() + "\r\nOrigin: http://evil.example\r\n"))
                .contains("403")
                .contains("foreign-origin");
        assertThat(raw("Host: localhost:1\r\nOrigin: null\r\n")).contains("403");
        String own = "127.0.0.1:" + bailey.server.port();
        assertThat(raw("Host: " + own + "\r\nOrigin: http://" + own + "\r\n")).contains("200 OK");
    }

    private String raw(String headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", bailey.server.port())) {
            String request = "GET /api/v1/whoami HTTP/1.1\r\n" + headers + "Authorization: Bearer " + bailey.local
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void boundsFailedLoginsButNeverTurnsAGoodTokenAway() {
        String wrong = "bly_" + "A".repeat(43);
        for (int i = 0; i < 10; i++) {
            assertThat(bailey.get("/api/v1/status", wrong).statusCode()).isEqualTo(401);
        }
        HttpResponse<String> limited = bailey.get("/api/v1/status", wrong);
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("Retry-After")).contains("60");
        assertThat(bailey.get("/api/v1/status", bailey.local).statusCode()).isEqualTo(200);
        assertThat(bailey.audit.before(Long.MAX_VALUE, 100)).hasSize(10);
        bailey.offsetSeconds.addAndGet(61);
        assertThat(bailey.get("/api/v1/status", wrong).statusCode()).isEqualTo(401);
    }

    @Test
    void tokensExpireAndAreRevokedAtOnceAndTheirSecretsAreNowhere() throws IOException {
        HttpResponse<String> made = bailey.post(
                "/api/v1/tokens",
                bailey.local,
                "{\"name\":\"olga\",\"role\":\"operator\",\"days\":1,\"reason\":\"r\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        TokenView.Created created = ApiJson.mapper().readValue(made.body(), TokenView.Created.class);
        assertThat(bailey.get("/api/v1/whoami", created.secret()).body()).contains("\"actor\":\"olga\"");
        assertThat(bailey.get("/api/v1/tokens", bailey.local).body())
                .contains("olga", "lastUsedAt")
                .doesNotContain(created.secret());

        bailey.offsetSeconds.addAndGet(86_400);
        assertThat(bailey.get("/api/v1/whoami", created.secret()).statusCode()).isEqualTo(401);
        bailey.offsetSeconds.addAndGet(-10);
        assertThat(bailey.get("/api/v1/whoami", created.secret()).statusCode()).isEqualTo(200);
        String id = created.token().id();
        assertThat(bailey.send("DELETE", "/api/v1/tokens/" + id + "?reason=left", bailey.local, null, "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(bailey.get("/api/v1/whoami", created.secret()).statusCode()).isEqualTo(401);

        assertThat(bailey.get("/api/v1/audit", bailey.local).body())
                .contains("create-token", "revoke-token")
                .doesNotContain(created.secret());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().contains("state")).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain(created.secret());
            }
        }
    }

    @Test
    void theLocalTokenIsItsOwnersAlone() throws IOException {
        Path file = folder.resolve("token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file).strip()).isEqualTo(bailey.local);
        assertThat(bailey.get("/api/v1/whoami", bailey.local).body()).contains("local:ada", "approver");
    }

    @Test
    void servesPagesThatCannotBeFramedOrScripted() {
        HttpResponse<String> page = bailey.get("/", null);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(bailey.get("/api/v1/status", bailey.local).headers().firstValue("Cache-Control"))
                .contains("no-store");
        assertThat(bailey.get("/assets/..%2Findex.html", null).statusCode()).isIn(400, 404);
        assertThat(bailey.get("/openapi.yaml", null).body()).startsWith("openapi: 3.1.0");
    }

    @Test
    void asksForATokenAtMetricsWhereTheyAreNotOpen(@TempDir Path other) {
        assertThat(bailey.get("/metrics", null).body()).isEqualTo("bailey_up 1\n");
        try (FakeBailey closed = new FakeBailey(backing, other, config -> config.withOpenMetrics(false))) {
            assertThat(closed.get("/metrics", null).statusCode()).isEqualTo(401);
            assertThat(closed.get("/metrics", closed.token("prom", Role.VIEWER)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aSecondPersonSetsACommandFreeAndNobodyElse() {
        String olga = bailey.token("olga", Role.OPERATOR);
        String olgaAgain = bailey.token("Olga", Role.APPROVER);
        String arno = bailey.token("arno", Role.APPROVER);
        HttpResponse<String> asked =
                bailey.post(ADVANCE, olga, "{\"reason\":\"cut\",\"to\":\"LEGACY_OFF\",\"expectedEpoch\":7}");
        assertThat(asked.statusCode()).isEqualTo(202);
        assertThat(asked.body()).contains("needs-approval", "ap-1");
        String approve = "/api/v1/approvals/ap-1/approve";
        assertThat(bailey.post(approve, olga, "{\"reason\":\"ok\"}").statusCode())
                .isEqualTo(403);
        assertThat(bailey.post(approve, olgaAgain, "{\"reason\":\"ok\"}").statusCode())
                .isEqualTo(403);

        HttpResponse<String> approved = bailey.post(approve, arno, "{\"reason\":\"ok\"}");
        assertThat(approved.statusCode()).isEqualTo(200);
        assertThat(bailey.issues.getLast().actor()).isEqualTo("olga");
        assertThat(bailey.issues.getLast().approval()).contains("ap-1");
        assertThat(bailey.executed.getLast())
                .isEqualTo(new Command.Advance(
                        new SliceName("orders"), Optional.of(Phase.LEGACY_OFF), Optional.empty(), false));
        assertThat(bailey.post(approve, arno, "{\"reason\":\"again\"}").statusCode())
                .isEqualTo(409);
        assertThat(bailey.get("/api/v1/approvals", arno).body())
                .contains("\"state\":\"granted\"", "\"decidedBy\":\"arno\"", "\"result\":\"done\"");
    }

    @Test
    void anApprovalDiesWithTimeAndWithAnEpochThatMovedOn() {
        String olga = bailey.token("olga", Role.OPERATOR);
        String arno = bailey.token("arno", Role.APPROVER);
        bailey.post(ADVANCE, olga, "{\"reason\":\"cut\",\"to\":\"LEGACY_OFF\",\"expectedEpoch\":7}");
        bailey.epoch.set(8);
        HttpResponse<String> stale = bailey.post("/api/v1/approvals/ap-1/approve", arno, "{\"reason\":\"ok\"}");
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(stale.body()).contains("stale-epoch");

        bailey.post(ADVANCE, olga, "{\"reason\":\"cut\",\"to\":\"LEGACY_OFF\",\"expectedEpoch\":8}");
        bailey.offsetSeconds.addAndGet(86_401);
        assertThat(bailey.post("/api/v1/approvals/ap-2/approve", arno, "{\"reason\":\"ok\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(bailey.executed).hasSize(2);
    }

    @Test
    void forceIsTheApproversAlone() {
        String olga = bailey.token("olga", Role.OPERATOR);
        String body = "{\"reason\":\"r\",\"to\":\"READ_CUTOVER\",\"force\":true}";
        assertThat(bailey.post(ADVANCE, olga, body).statusCode()).isEqualTo(403);
        assertThat(bailey.executed).isEmpty();
        assertThat(bailey.post(ADVANCE, bailey.local, body).statusCode()).isEqualTo(200);
        assertThat(bailey.audit.before(Long.MAX_VALUE, 10))
                .anyMatch(entry -> entry.outcome().equals(Optional.of("refused"))
                        && entry.actor().equals("olga"));
    }
}
