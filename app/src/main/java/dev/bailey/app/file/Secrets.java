package dev.bailey.app.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts secrets in the places of {@code ${env:NAME}} and {@code ${file:path}}. Never shows what it read. */
final class Secrets {

    static final int LARGEST_FILE = 64 * 1024;

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]*)}");
    private static final Pattern UNKNOWN = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.:/-]*)}");

    private final Function<String, @Nullable String> env;
    private final Path baseDir;

    /** @param baseDir what relative paths of secret files are relative to */
    Secrets(Function<String, @Nullable String> env, Path baseDir) {
        this.env = env;
        this.baseDir = baseDir;
    }

    /** What became of a text. */
    sealed interface Resolved {

        /** The text with its secrets, if it had any. */
        record Text(String text, boolean secret) implements Resolved {}

        /** A secret that cannot be had. */
        record Missing(String message, String remedy) implements Resolved {}
    }

    Resolved resolve(String text) {
        if (!text.contains("${")) {
            return new Resolved.Text(text, false);
        }
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        boolean any = false;
        while (reference.find()) {
            any = true;
            Resolved one = reference.group(1).equals("env") ? ofEnv(reference.group(2)) : ofFile(reference.group(2));
            switch (one) {
                case Resolved.Missing missing -> {
                    return missing;
                }
                case Resolved.Text found -> reference.appendReplacement(out, Matcher.quoteReplacement(found.text()));
            }
        }
        Matcher unknown = UNKNOWN.matcher(text);
        if (!any && unknown.matches()) {
            return new Resolved.Missing(
                    "unknown secret '" + text + "' (expected ${env:NAME} or ${file:path})",
                    "did you mean '${env:" + unknown.group(1) + "}'?");
        }
        return new Resolved.Text(reference.appendTail(out).toString(), any);
    }

    private Resolved ofEnv(String name) {
        String value = name.isBlank() ? null : env.apply(name);
        if (value == null) {
            return new Resolved.Missing(
                    "environment variable '" + name + "' is not set", "set it before starting: export " + name + "=…");
        }
        return new Resolved.Text(value, true);
    }

    private Resolved ofFile(String name) {
        Path path;
        try {
            path = baseDir.resolve(name);
        } catch (InvalidPathException invalid) {
            return new Resolved.Missing("'" + name.replace('\0', '?') + "' is no path", "write ${file:path/to/secret}");
        }
        if (name.isBlank() || !Files.isRegularFile(path)) {
            return new Resolved.Missing(
                    "secret file '" + name + "' does not exist", "create it, relative to the migration file's folder");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                return new Resolved.Missing(
                        "secret file '" + name + "' is larger than 64 KiB", "name a file that holds the secret alone");
            }
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Resolved.Text(value.stripTrailing(), true);
        } catch (CharacterCodingException binary) {
            return new Resolved.Missing("secret file '" + name + "' is not UTF-8 text", "store the secret as text");
        } catch (IOException unreadable) {
            return new Resolved.Missing("secret file '" + name + "' cannot be read", "check who may read it");
        }
    }
}
