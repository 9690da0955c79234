package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.orchestrate.Health.Contracts;
import dev.bailey.model.spec.SliceSpec;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContractCheckTest {

    private static final String FILE = """
            bailey: 1
            migration: m
            owner: o
            finishBy: 2027-01-01
            legacy: { url: "http://127.0.0.1:1", health: /h, contract: /openapi.json }
            modern: { url: "http://127.0.0.1:2", health: /h, contract: /openapi.json }
            slices:
              things:
                state: none
                entity: path:id
                routes: [ "GET /things/{id}" ]
            """;

    @Test
    void contractsWithTheSameOperationAndAllRequiredMembersAreCompatible() {
        assertThat(check(
                        "/things/{thing}",
                        List.of("id", "name"),
                        "/things/{id}",
                        Map.of("id", Map.of(), "name", Map.of(), "more", Map.of())))
                .isInstanceOf(Contracts.Compatible.class);
    }

    @Test
    void aMissingOperationAndAMissingMemberAreNamed() {
        assertThat(check("/things/{id}", List.of("id", "name"), "/things/{id}", Map.of("id", Map.of())))
                .isEqualTo(new Contracts.Incompatible(
                        List.of("modern's answer to GET /things/{id} lacks the member name, which legacy's requires")));
        assertThat(check("/things/{id}", List.of(), "/other", Map.of()))
                .isEqualTo(new Contracts.Incompatible(
                        List.of("modern's contract has no GET /things/{id} (for GET /things/{id})")));
    }

    private static Contracts check(
            String legacyPath, List<String> required, String modernPath, Map<String, ?> members) {
        Map<String, ?> legacy = Map.of(
                "paths", Map.of(legacyPath, Map.of("get", answer(Map.of("$ref", "#/components/schemas/Thing")))),
                "components", Map.of("schemas", Map.of("Thing", Map.of("required", required))));
        Map<String, ?> modern =
                Map.of("paths", Map.of(modernPath, Map.of("get", answer(Map.of("properties", members)))));
        return new ContractCheck(legacy, modern).check(slice());
    }

    private static Map<String, ?> answer(Map<String, ?> schema) {
        return Map.of(
                "responses", Map.of("200", Map.of("content", Map.of("application/json", Map.of("schema", schema)))));
    }

    private static SliceSpec slice() {
        Read read = MigrationFile.parse("m.yaml", FILE, name -> null, Path.of("."), LocalDate.of(2026, 11, 20));
        return ((Read.Valid) read).spec().slices().getFirst();
    }
}
