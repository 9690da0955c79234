package dev.bailey.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainCommandTest {

    @TempDir
    Path folder;

    @Test
    void trainsTheRunThenTheClientAndEndsByItself() {
        System.setProperty(
                "bailey.home", Path.of("..").toAbsolutePath().normalize().toString());
        try {
            CommandLine line = new CommandLine(new TrainCommand());
            assertThat(line.execute("run", "--folder", folder.toString())).isZero();
            assertThat(folder.resolve("answers/status")).content().contains("\"DUAL_WRITE\"");
            assertThat(folder.resolve("native")).isNotEmptyDirectory();
            assertThat(line.execute("client", "--folder", folder.toString())).isZero();
        } finally {
            System.clearProperty("bailey.home");
            System.clearProperty("org.sqlite.lib.path");
        }
    }
}
