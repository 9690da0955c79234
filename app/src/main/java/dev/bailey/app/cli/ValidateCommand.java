package dev.bailey.app.cli;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.Problem;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Says whether a migration file can be used, and everything that is wrong with it. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Check a migration file and say, with line and column, everything that is wrong with it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the file is valid", "1:it is not, or cannot be read", "2:wrong usage"})
final class ValidateCommand implements Callable<Integer> {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "the migration file")
    private String file = "";

    @Option(
            names = "--output",
            paramLabel = "text|json",
            defaultValue = "text",
            converter = OutputFormat.Converter.class,
            description = "how to print (default: ${DEFAULT-VALUE})")
    private OutputFormat output = OutputFormat.TEXT;

    @Override
    public Integer call() {
        Read read = MigrationFile.read(path());
        switch (output) {
            case TEXT -> text(read);
            case JSON -> out().println(JSON.writeValueAsString(json(read)));
        }
        out().flush();
        return read instanceof Read.Valid ? 0 : 1;
    }

    private Path path() {
        try {
            return Path.of(file);
        } catch (InvalidPathException invalid) {
            throw new ParameterException(
                    command().commandLine(), "FILE is no path (expected the path of a migration file)");
        }
    }

    private void text(Read read) {
        switch (read) {
            case Read.Valid(MigrationSpec spec, List<Problem> warnings, String text) -> {
                warnings.forEach(warning -> err().println(warning.render(file, text)));
                int routes = spec.slices().stream()
                        .mapToInt(slice -> slice.routes().size())
                        .sum();
                out().println(file + ": valid (migration '" + spec.migration() + "', "
                        + counted(spec.slices().size(), "slice") + ", " + counted(routes, "route") + ", "
                        + counted(warnings.size(), "warning") + ")");
            }
            case Read.Invalid(List<Problem> problems, String text) -> {
                problems.forEach(problem -> err().println(problem.render(file, text)));
                int errors = (int) problems.stream().filter(Problem::isError).count();
                err().println(file + ": not valid (" + counted(errors, "error") + ", "
                        + counted(problems.size() - errors, "warning") + ")");
            }
        }
        err().flush();
    }

    private static String counted(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    private Map<String, Object> json(Read read) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file);
        switch (read) {
            case Read.Valid valid -> {
                json.put("valid", true);
                json.put("migration", valid.spec().migration());
                json.put(
                        "slices",
                        valid.spec().slices().stream()
                                .map(slice -> slice.name().value())
                                .toList());
                json.put(
                        "problems",
                        valid.warnings().stream().map(ValidateCommand::json).toList());
            }
            case Read.Invalid invalid -> {
                json.put("valid", false);
                json.put(
                        "problems",
                        invalid.problems().stream().map(ValidateCommand::json).toList());
            }
        }
        return json;
    }

    private static Map<String, Object> json(Problem problem) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("line", problem.line());
        json.put("column", problem.column());
        json.put("path", problem.path());
        json.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        json.put("message", problem.message());
        json.put("remedy", problem.remedy());
        return json;
    }

    private PrintWriter out() {
        return command().commandLine().getOut();
    }

    private PrintWriter err() {
        return command().commandLine().getErr();
    }

    private CommandSpec command() {
        if (command == null) {
            throw new IllegalStateException("validate runs outside a command line");
        }
        return command;
    }
}
