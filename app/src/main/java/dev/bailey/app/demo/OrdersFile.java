package dev.bailey.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The example's own migration file, with other ports and databases in place of its own. */
final class OrdersFile {

    private OrdersFile() {}

    /**
     * Writes it.
     *
     * @param home where Bailey's own files are
     * @param file where it goes; {@code legacy.db} and {@code modern.db} are expected beside it
     * @param gatewayPort 0 takes any free one; so does {@code adminPort}
     */
    static void write(Path home, Path file, int gatewayPort, int adminPort, int legacyPort, int modernPort)
            throws IOException {
        write(home, file, gatewayPort, adminPort, legacyPort, modernPort, UnaryOperator.identity());
    }

    /** @param change made to its text in the end */
    static void write(
            Path home,
            Path file,
            int gatewayPort,
            int adminPort,
            int legacyPort,
            int modernPort,
            UnaryOperator<String> change)
            throws IOException {
        String text = Files.readString(home.resolve("examples/orders/orders.yaml"))
                .replace("127.0.0.1:8080", "127.0.0.1:" + gatewayPort)
                .replace("127.0.0.1:7070", "127.0.0.1:" + adminPort)
                .replace("127.0.0.1:8081", "127.0.0.1:" + legacyPort)
                .replace("127.0.0.1:8082", "127.0.0.1:" + modernPort)
                .replace("jdbc:sqlite:examples/orders/data/", "jdbc:sqlite:" + file.resolveSibling("") + "/");
        Files.writeString(file, change.apply(text));
    }
}
