package dev.bailey.app.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.app.wiring.Bailey;
import dev.bailey.control.orchestrate.ControlSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** A migration file and a data folder, and the incumbents that have it one after the other. */
final class Place implements AutoCloseable {

    private static final Duration WAIT = Duration.ofSeconds(20);

    final int port;
    final Path data;
    private final Path folder;
    private final Path file;
    private final Read.Valid read;
    private final List<Incumbent> incumbents = new ArrayList<>();

    private Place(int port, Path folder, Path file, Read.Valid read) {
        this.port = port;
        this.folder = folder;
        this.data = folder.resolve("data");
        this.file = file;
        this.read = read;
    }

    /** @param text where {@code %PORT%} is the gateway's port */
    static Place of(Path folder, String text) throws IOException {
        return of(folder, text, freePort());
    }

    static Place of(Path folder, String text, int port) throws IOException {
        Path file = folder.resolve("m.yaml");
        String filled = text.replace("%PORT%", Integer.toString(port));
        Files.writeString(file, filled);
        Read parsed = MigrationFile.parse("m.yaml", filled, name -> null, folder, LocalDate.of(2026, 11, 20));
        assertThat(parsed).describedAs("%s", parsed).isInstanceOf(Read.Valid.class);
        return new Place(port, folder, file, (Read.Valid) parsed);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Bailey bailey() {
        return Bailey.start(read.spec(), file, read.text(), data, settings());
    }

    private ControlSettings settings() {
        return ControlSettings.DEFAULTS.withBase(folder);
    }

    Incumbent start() {
        return added(Incumbent.of(data, bailey()));
    }

    Incumbent takeOver() throws InterruptedException {
        return takeOver(WAIT);
    }

    Incumbent takeOver(Duration wait) throws InterruptedException {
        return added(Incumbent.takeOver(
                data,
                wait,
                this::bailey,
                new Incumbent.Succession(
                        () -> Bailey.rehearse(read.spec(), file, read.text(), settings()), this::successor)));
    }

    Bailey successor(String token) {
        return Bailey.succeed(read.spec(), file, read.text(), data, settings(), token);
    }

    private Incumbent added(Incumbent incumbent) {
        incumbents.add(incumbent);
        return incumbent;
    }

    @Override
    public void close() {
        incumbents.reversed().forEach(Incumbent::close);
    }
}
