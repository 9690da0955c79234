package dev.bailey.app.cli;

import dev.bailey.app.file.MigrationSchema;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of the migration file, for editors and pipelines. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Print the JSON Schema (draft 2020-12) of the migration file.",
            "In an editor, name it in the file's first line: # yaml-language-server: $schema=bailey.schema.json"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:wrong usage"})
final class SchemaCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec command;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            defaultValue = "json",
            converter = OutputFormat.Converter.class,
            description = "the schema is JSON either way")
    @SuppressWarnings("UnusedVariable") // taken as by every command; the schema is JSON either way
    private OutputFormat output = OutputFormat.JSON;

    @Override
    public Integer call() {
        if (command == null) {
            throw new IllegalStateException("schema runs outside a command line");
        }
        PrintWriter out = command.commandLine().getOut();
        out.print(MigrationSchema.text());
        out.flush();
        return 0;
    }
}
