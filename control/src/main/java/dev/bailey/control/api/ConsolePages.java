package dev.bailey.control.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The console's files, from the class path folder {@code /console}; a plain page when they were not built in. */
final class ConsolePages {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "woff2", "font/woff2",
            "json", "application/json",
            "map", "application/json");

    private static final String ABSENT = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Bailey</title>
            <h1>Bailey</h1>
            <p>The console is not built into this jar. Build it with <code>mvn -pl control -am package</code>
            (or <code>./bailey</code>, which builds what is missing).
            <p>The API answers at <code>/api/v1</code>, described in <a href="/openapi.yaml">openapi.yaml</a>; the command line
            works without the console: <code>./bailey status</code>.
            </html>
            """;

    private ConsolePages() {}

    static void index(Context context) {
        context.header("Cache-Control", "no-cache");
        context.contentType("text/html; charset=utf-8");
        Optional<byte[]> page = resource("/console/index.html");
        context.result(page.orElseGet(() -> ABSENT.getBytes(StandardCharsets.UTF_8)));
    }

    /** Files whose names carry a hash of their content never change, so browsers may keep them for good. */
    static void asset(Context context) {
        String name = context.pathParam("file");
        Optional<byte[]> file = NAME.matcher(name).matches() ? resource("/console/assets/" + name) : Optional.empty();
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (file.isEmpty() || type == null) {
            throw ApiError.notFound("file " + name);
        }
        context.header("Cache-Control", "public, max-age=31536000, immutable");
        context.contentType(type).result(file.get());
    }

    static void icon(Context context) {
        byte[] icon = resource("/console/icon.svg").orElseThrow(() -> ApiError.notFound("file icon.svg"));
        context.header("Cache-Control", "no-cache");
        context.contentType("image/svg+xml").result(icon);
    }

    static void openApi(Context context) {
        context.header("Cache-Control", "no-cache");
        context.contentType("application/yaml")
                .result(resource("/dev/bailey/control/api/openapi.yaml").orElseThrow());
    }

    private static Optional<byte[]> resource(String path) {
        try (@Nullable InputStream in = ConsolePages.class.getResourceAsStream(path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + " from the jar", e);
        }
    }
}
