package dev.bailey.app.file;

import dev.bailey.model.spec.Located;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.Problem;
import dev.bailey.model.spec.Problem.Severity;
import dev.bailey.model.spec.SpecRead;
import dev.bailey.model.spec.SpecReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads migration files. Nothing wrong with a file throws: it comes back as problems with places. Thread-safe. */
public final class MigrationFile {

    /** The largest file that is read, in bytes. */
    public static final int LARGEST = 1 << 20;

    private MigrationFile() {}

    /** What reading a file gave. */
    public sealed interface Read {

        /**
         * A file that can be used.
         *
         * @param warnings worth showing, in the order of the file
         * @param text the file as it was, secrets not resolved
         */
        record Valid(MigrationSpec spec, List<Problem> warnings, String text) implements Read {
            public Valid {
                warnings = List.copyOf(warnings);
            }
        }

        /**
         * A file that cannot be used.
         *
         * @param problems in the order of the file, warnings among them
         * @param text the file as it was, as far as it was text
         */
        record Invalid(List<Problem> problems, String text) implements Read {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads a file with this process's environment and today's date; secret files are relative to the file's folder. */
    public static Read read(Path file) {
        return read(file, System::getenv, LocalDate.now(Clock.system(ZoneId.systemDefault())));
    }

    /** Reads a file with the environment and the date given. */
    public static Read read(Path file, Function<String, @Nullable String> env, LocalDate today) {
        byte[] bytes;
        try (InputStream in = open(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (Unreadable unreadable) {
            return whole(unreadable.problem, unreadable.remedy);
        } catch (IOException failed) {
            return whole("the file cannot be read", "check that it exists and who may read it");
        }
        if (bytes.length > LARGEST) {
            return whole("the file is larger than 1 MiB", "a migration file is a few pages; is this the right file?");
        }
        CharBuffer decoded = CharBuffer.allocate(bytes.length + 1);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), decoded, true);
        String text = decoded.flip().toString();
        if (result.isError()) {
            return notText(text, text.length());
        }
        Path folder = file.toAbsolutePath().getParent();
        return parse(file.toString(), text, env, folder == null ? file.toAbsolutePath() : folder, today);
    }

    /**
     * Reads a file's text.
     *
     * @param name as the user names the file
     * @param env gives the environment's variables
     * @param baseDir what secret files are relative to
     * @param today held against the days the file names
     */
    public static Read parse(
            String name, String text, Function<String, @Nullable String> env, Path baseDir, LocalDate today) {
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (body.length() > LARGEST) {
            return whole("the file is larger than 1 MiB", "a migration file is a few pages; is this the right file?");
        }
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f || c >= 0xfffe) {
                return notText(body, i);
            }
        }
        LocatedYaml.Tree tree = LocatedYaml.read(body, new Secrets(env, baseDir));
        Optional<Located> root = tree.root();
        if (root.isEmpty() && tree.problems().isEmpty()) {
            return whole("the file is empty", "begin with bailey: 1; `bailey schema` lists every key");
        }
        List<Problem> problems = new ArrayList<>(tree.problems());
        if (root.isPresent()) {
            switch (SpecReader.read(root.get(), today, new JsonataSyntax())) {
                case SpecRead.Valid(MigrationSpec spec, List<Problem> warnings) -> {
                    if (problems.isEmpty()) {
                        return new Read.Valid(spec, warnings, body);
                    }
                    problems.addAll(warnings);
                }
                case SpecRead.Invalid(List<Problem> more) -> problems.addAll(more);
            }
        }
        problems.sort(Problem.BY_PLACE);
        return new Read.Invalid(problems, body);
    }

    private static InputStream open(Path file) throws IOException, Unreadable {
        if (Files.isDirectory(file)) {
            throw new Unreadable(
                    "this is a folder (expected a migration file)",
                    "name a file in it, such as " + file.resolve("orders.yaml"));
        }
        if (!Files.exists(file)) {
            throw new Unreadable("no such file", "check the path; `bailey schema` describes the format");
        }
        return Files.newInputStream(file);
    }

    private static Read notText(String before, int at) {
        String head = before.substring(0, at);
        int line = (int) head.chars().filter(c -> c == '\n').count() + 1;
        int column = at - (head.lastIndexOf('\n') + 1) + 1;
        Problem problem = new Problem(
                line,
                column,
                "",
                "this is not a text file (a byte here is no UTF-8 text)",
                "save it as UTF-8; is this the right file?",
                Severity.ERROR);
        return new Read.Invalid(List.of(problem), head);
    }

    private static Read whole(String message, String remedy) {
        return new Read.Invalid(List.of(new Problem(0, 0, "", message, remedy, Severity.ERROR)), "");
    }

    private static final class Unreadable extends Exception {
        final String problem;
        final String remedy;

        Unreadable(String problem, String remedy) {
            super(problem);
            this.problem = problem;
            this.remedy = remedy;
        }
    }
}
