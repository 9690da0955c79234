package dev.bailey.datasync;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.exceptions.JedisException;

/** A server of the test's own (Debian: redis-server), which keeps nothing on disk. */
public final class Redis implements AutoCloseable {

    private final Process process;
    private final int port;
    public final JedisPooled client;

    private Redis(Process process, int port, JedisPooled client) {
        this.process = process;
        this.port = port;
        this.client = client;
    }

    public static Redis start(Path folder, String... options) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis-" + port + ".log").toFile())
                .start();
        JedisPooled client = new JedisPooled("127.0.0.1", port);
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> answers(client));
        return new Redis(process, port, client);
    }

    private static boolean answers(JedisPooled client) {
        try {
            client.ping();
            return true;
        } catch (JedisException e) {
            return String.valueOf(e.getMessage()).contains("NOAUTH");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public String url(int database) {
        return "redis://127.0.0.1:" + port + "/" + database;
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
