package dev.bailey.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Role;
import io.javalin.http.HandlerType;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {

    @TempDir
    Path folder;

    @Test
    void namesExactlyTheRoutesThatAreServed() throws Exception {
        try (FakeBailey bailey = new FakeBailey(folder)) {
            Set<String> served = bailey.server.javalin().unsafe.internalRouter.allHttpHandlers().stream()
                    .filter(handler -> Set.of(HandlerType.GET, HandlerType.POST, HandlerType.DELETE)
                            .contains(handler.endpoint.method))
                    .map(handler -> handler.endpoint.method + " " + handler.endpoint.path)
                    .collect(Collectors.toSet());
            Set<String> documented = OpenApi.load().operations().stream()
                    .map(operation -> operation.method() + " " + operation.path())
                    .collect(Collectors.toSet());
            assertThat(documented).isEqualTo(served);
        }
    }

    @Test
    void everyRoleMayDoExactlyWhatTheDocumentSays() throws Exception {
        try (FakeBailey bailey = new FakeBailey(folder)) {
            Map<Role, String> tokens = Map.of(
                    Role.VIEWER, bailey.token("victor", Role.VIEWER),
                    Role.OPERATOR, bailey.token("olga", Role.OPERATOR),
                    Role.APPROVER, bailey.token("arno", Role.APPROVER));
            List<String> wrong = new ArrayList<>();
            for (OpenApi.Operation operation : OpenApi.load().operations()) {
                if (operation.id().equals("events")) {
                    continue; // does not end; EventStreamTest looks at it
                }
                HttpResponse<String> anonymous = send(bailey, operation, null);
                if ((anonymous.statusCode() == 401) != operation.role().isPresent()) {
                    wrong.add(operation.id() + " without a token: " + anonymous.statusCode());
                }
                if (operation.role().isEmpty()) {
                    continue;
                }
                Role needed = Role.valueOf(operation.role().get().toUpperCase(java.util.Locale.ROOT));
                for (Role role : Role.values()) {
                    int status = send(bailey, operation, tokens.get(role)).statusCode();
                    if ((status != 403) != role.includes(needed) || status == 401) {
                        wrong.add(operation.id() + " as " + role + ": " + status);
                    }
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void everyAnswerFitsItsSchema() throws Exception {
        try (FakeBailey bailey = new FakeBailey(folder)) {
            OpenApi document = OpenApi.load();
            bailey.post("/api/v1/slices/orders/advance", bailey.local, "{\"reason\":\"r\",\"to\":\"LEGACY_OFF\"}");
            List<String> wrong = new ArrayList<>();
            for (OpenApi.Operation operation : document.operations()) {
                if (Set.of("events", "metrics", "openapi", "console", "icon", "asset", "unpark")
                        .contains(operation.id())) {
                    continue;
                }
                HttpResponse<String> answer = send(bailey, operation, bailey.local);
                for (String problem : document.problems(operation, answer.statusCode(), answer.body())) {
                    wrong.add(operation.id() + " " + answer.statusCode() + ": " + problem);
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    private static HttpResponse<String> send(
            FakeBailey bailey, OpenApi.Operation operation, @org.jspecify.annotations.Nullable String token) {
        boolean post = operation.method().equals("POST");
        return bailey.send(
                operation.method(),
                operation.concrete(),
                token,
                post ? operation.body() : null,
                operation.contentType());
    }
}
