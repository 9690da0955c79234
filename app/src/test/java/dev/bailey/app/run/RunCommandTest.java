package dev.bailey.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RunCommandTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.yaml",
                "./a.yaml --data x",
                "--data /var/lib/bailey /etc/bailey/a.yaml",
                "--data x --data y a.yaml",
                "a.yaml --take-over --data x",
                "--take-over a.yaml",
                "../a-b_c.yaml --data ~x",
            })
    void plainFormsMeanWhatTheLibraryReadsInThem(String line) {
        String[] arguments = line.split(" ");
        RunCommand read = new RunCommand();
        CommandLine.ParseResult _ =
                new CommandLine(read).setOverwrittenOptionsAllowed(true).parseArgs(arguments);

        assertThat(RunCommand.plain(List.of(arguments))).hasValueSatisfying(plain -> {
            assertThat(plain.file()).isEqualTo(read.file());
            assertThat(plain.data()).isEqualTo(read.data());
            assertThat(plain.takesOver()).isEqualTo(read.takesOver());
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--help",
                "a.yaml --help",
                "a.yaml b.yaml",
                "a.yaml --data",
                "--take-over",
                "a.yaml --take-over=yes",
                "--data x",
                "--data=x a.yaml",
                "--dta x a.yaml",
                "a.yaml --data --help",
                "-- a.yaml",
                "@a.yaml",
                "'a.yaml'",
                "${a}.yaml"
            })
    void everythingElseIsLeftToTheLibrary(String line) {
        assertThat(RunCommand.plain(line.isEmpty() ? List.of() : List.of(line.split(" "))))
                .isEmpty();
    }
}
