package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a proxy until it answers for the first time. */
final class FirstAnswer {

    private static final byte[] REQUEST = "GET /api/service-00/resource-00/k-1 HTTP/1.1\r\nHost: shop.example\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final int ANSWER_MS = 5_000;
    private static final int AGAIN_MS = 2;

    private FirstAnswer() {}

    static void await(int port, Child process, Duration atMost) throws InterruptedException {
        long limit = System.nanoTime() + atMost.toNanos();
        while (!isAnswered(port)) {
            process.mustBeAlive();
            if (System.nanoTime() > limit) {
                throw new BenchFailure("no answer on port " + port + " after " + atMost.toSeconds() + " s");
            }
            Thread.sleep(AGAIN_MS);
        }
    }

    private static boolean isAnswered(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MS);
            socket.setSoTimeout(ANSWER_MS);
            socket.getOutputStream().write(REQUEST);
            byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException notYet) {
            return false;
        }
    }
}
