package dev.bailey.app.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.model.spec.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Every wrong file is answered with place, message and remedy: the whole answer stands in {@code wrong-expected.txt}. */
class WrongFilesTest {

    private static final Path WRONG = MigrationFileTest.RESOURCES.resolve("wrong");

    @TestFactory
    Stream<DynamicTest> wrongFilesAreAnsweredWithPlaceAndRemedy() throws IOException {
        Map<String, String> expected = expected();
        try (Stream<Path> files = Files.list(WRONG)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            assertThat(expected.keySet()).containsExactlyElementsOf(names);
            assertThat(names).hasSizeGreaterThanOrEqualTo(90);
        }
        return expected.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> assertThat(answer(entry.getKey())).isEqualTo(entry.getValue())));
    }

    private static String answer(String name) {
        Read read = MigrationFile.read(WRONG.resolve(name), _ -> null, MigrationFileTest.TODAY);
        assertThat(read).isInstanceOf(Read.Invalid.class);
        Read.Invalid invalid = (Read.Invalid) read;
        assertThat(invalid.problems())
                .allSatisfy(problem -> assertThat(problem.remedy()).isNotBlank());
        return MigrationFileTest.rendered(name, invalid.problems(), invalid.text());
    }

    private static Map<String, String> expected() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        String text = Files.readString(MigrationFileTest.RESOURCES.resolve("wrong-expected.txt"));
        for (String part : text.split("(?m)^#### ", -1)) {
            if (!part.isBlank()) {
                int end = part.indexOf('\n');
                expected.put(part.substring(0, end), part.substring(end + 1));
            }
        }
        return expected;
    }

    @Test
    void aHugeFileIsNotReadWhole(@TempDir Path folder) throws IOException {
        Path huge = Files.write(folder.resolve("huge.yaml"), new byte[MigrationFile.LARGEST + 1]);

        assertThat(only(MigrationFile.read(huge)).render("huge.yaml", "")).isEqualTo("""
                        huge.yaml: the file is larger than 1 MiB
                          fix: a migration file is a few pages; is this the right file?
                        """);
    }

    @Test
    void aMissingFileIsToldPlainly(@TempDir Path folder) {
        assertThat(only(MigrationFile.read(folder.resolve("none.yaml"))).message())
                .isEqualTo("no such file");
    }

    @Test
    void aFolderIsToldPlainly(@TempDir Path folder) {
        assertThat(only(MigrationFile.read(folder)).message())
                .isEqualTo("this is a folder (expected a migration file)");
    }

    @Test
    void deepAndWideFilesAreReadInBoundedTimeAndStack() {
        String deep = "bailey: " + "[".repeat(500_000);
        String wide = "bailey: [" + "x, ".repeat(300_000) + "]";
        String keys = "? ".repeat(200_000);

        for (String text : List.of(deep, wide, keys)) {
            assertThat(MigrationFileTest.parse(text)).isInstanceOf(Read.Invalid.class);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void noMutationOfAFileEverThrows() throws IOException {
        String right = Files.readString(MigrationFileTest.RESOURCES.resolve("full.yaml"));
        long seed = 20_261_120L;
        Random random = new Random(seed);
        String alphabet = "\t\n :-[]{}\"'#&*!|>%@`$\u00e9\ud83d0aZ,?~/";
        int refused = 0;
        for (int round = 0; round < 1_500; round++) {
            StringBuilder text = new StringBuilder(right);
            for (int edit = random.nextInt(4); edit >= 0; edit--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(30)));
                    default -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            Read read = MigrationFileTest.parse(text.toString());
            if (read instanceof Read.Invalid(List<Problem> problems, String kept)) {
                refused++;
                assertThat(problems).as("seed %s round %s", seed, round).anyMatch(Problem::isError);
                assertThat(MigrationFileTest.rendered("f", problems, kept))
                        .doesNotContain("pa55")
                        .doesNotContain("s3cr3t");
            }
        }
        assertThat(refused).isGreaterThan(300);
    }

    private static Problem only(Read read) {
        assertThat(read).isInstanceOf(Read.Invalid.class);
        List<Problem> problems = ((Read.Invalid) read).problems();
        assertThat(problems).hasSize(1);
        return problems.getFirst();
    }
}
