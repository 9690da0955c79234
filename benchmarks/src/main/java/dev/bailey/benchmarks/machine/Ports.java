package dev.bailey.benchmarks.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** TCP ports of this machine's loopback. */
public final class Ports {

    private static final int CONNECT_MS = 200;

    private Ports() {}

    /** A port that was free a moment ago. */
    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new BenchFailure("no free port on the loopback", none);
        }
    }

    /** Waits until something listens on the port. */
    public static void awaitListening(int port, Child by, Duration atMost) throws InterruptedException {
        long limit = System.nanoTime() + atMost.toNanos();
        while (true) {
            by.mustBeAlive();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > limit) {
                    throw new BenchFailure("nothing listens on port " + port + " after " + atMost.toSeconds() + " s");
                }
                Thread.sleep(20);
            }
        }
    }
}
