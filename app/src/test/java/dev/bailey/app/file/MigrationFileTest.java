package dev.bailey.app.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.Problem;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MigrationFileTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

    @Test
    void readsTheFileOfTheSpecification() {
        Path file = Path.of("src/test/resources/spec-example.yaml");

        MigrationSpec spec = valid(MigrationFile.read(file, _ -> null, TODAY));

        assertThat(spec.migration()).isEqualTo("orders");
        assertThat(spec.slices()).hasSize(1);
    }

    static MigrationSpec valid(Read read) {
        return switch (read) {
            case Read.Valid(MigrationSpec spec, _, _) -> spec;
            case Read.Invalid(var problems, String text) ->
                throw new AssertionError(problems.stream()
                        .map((Problem problem) -> problem.render("file", text))
                        .collect(Collectors.joining()));
        };
    }
}
