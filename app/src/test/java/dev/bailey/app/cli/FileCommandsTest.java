package dev.bailey.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.file.MigrationSchema;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FileCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aValidFileExitsWithZero() {
        int exit = run(new ValidateCommand(), "src/test/resources/right.yaml");

        assertThat(exit).isZero();
        assertThat(out).asString().contains("valid (migration 'orders', 1 slice, 2 routes, 0 warnings)");
        assertThat(err).asString().isEmpty();
    }

    @Test
    void anInvalidFileExitsWithOneAndSaysWhere() {
        int exit = run(new ValidateCommand(), "src/test/resources/wrong/unknown-key-writes.yaml");

        assertThat(exit).isEqualTo(1);
        assertThat(err)
                .asString()
                .contains("unknown-key-writes.yaml:14:7: unknown key 'replcate'")
                .contains("did you mean 'replicate'?")
                .contains("not valid (1 error, 0 warnings)")
                .doesNotContain("\tat ");
    }

    @Test
    void jsonIsOneDocumentOnStandardOutput() {
        int exit = run(new ValidateCommand(), "--output", "json", "src/test/resources/wrong/many-problems.yaml");

        JsonNode json = JsonMapper.builder().build().readTree(out.toString());
        assertThat(exit).isEqualTo(1);
        assertThat(json.get("valid").asBoolean()).isFalse();
        assertThat(json.get("problems").size()).isEqualTo(4);
        assertThat(json.get("problems").get(0).get("line").asInt()).isEqualTo(3);
        assertThat(err).asString().isEmpty();
    }

    @Test
    void aMissingFileExitsWithOneAndWrongUsageWithTwo() {
        assertThat(run(new ValidateCommand(), "src/test/resources/none.yaml")).isEqualTo(1);
        assertThat(run(new ValidateCommand(), "nul\0path.yaml")).isEqualTo(2);
        assertThat(run(new ValidateCommand())).isEqualTo(2);
        assertThat(run(new ValidateCommand(), "--output", "xml", "a.yaml")).isEqualTo(2);
        assertThat(err).asString().doesNotContain("\tat ");
    }

    @Test
    void theSchemaIsPrinted() {
        assertThat(run(new SchemaCommand())).isZero();
        assertThat(out).hasToString(MigrationSchema.text());
    }

    private int run(Callable<Integer> command, String... args) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
