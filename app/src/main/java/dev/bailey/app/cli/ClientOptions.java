package dev.bailey.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that talks to a running Bailey. */
final class ClientOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Bailey's admin port (default: $$BAILEY_URL, else http://127.0.0.1:7070)")
    private @Nullable String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "whom you are (default: $$BAILEY_TOKEN, else the file `token` of the data folder)")
    private @Nullable String token;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "bailey-data",
            description = "data folder of a Bailey on this machine (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("bailey-data");

    @Option(
            names = "--output",
            paramLabel = "text|json",
            defaultValue = "text",
            converter = OutputFormat.Converter.class,
            description = "for people, or the API's own records (default: ${DEFAULT-VALUE})")
    private OutputFormat output = OutputFormat.TEXT;

    boolean json() {
        return output == OutputFormat.JSON;
    }

    ApiClient client() {
        String at = url != null ? url : environment("BAILEY_URL").orElse("http://127.0.0.1:7070");
        Optional<String> who =
                token != null ? Optional.of(token) : environment("BAILEY_TOKEN").or(this::localToken);
        return new ApiClient(at, who);
    }

    private Optional<String> localToken() {
        Path file = data.resolve("token");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new ApiFailure("the local token " + file
                    + " cannot be read; run as the user who started Bailey, or name a token with --token");
        }
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
