package dev.bailey.datasync.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line to a database on which the first command of a name is held until what was sent before it is answered and something
 * else has happened.
 */
final class HeldLine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldLine.class);

    private final ServerSocket server;
    private final int target;
    private final String command;
    private final Runnable meanwhile;
    private final AtomicBoolean held = new AtomicBoolean();

    HeldLine(int target, String command, Runnable meanwhile) throws IOException {
        this.target = target;
        this.command = "*2\r\n$" + command.length() + "\r\n" + command + "\r\n";
        this.meanwhile = meanwhile;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    boolean held() {
        return held.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofPlatform().daemon().start(() -> carry(client, database));
            } catch (IOException closed) {
                LOG.debug("the test is over", closed);
            }
        }
    }

    private void carry(Socket client, Socket database) {
        CountDownLatch answered = new CountDownLatch(1);
        AtomicBoolean asked = new AtomicBoolean();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                byte[] bytes = new byte[1 << 16];
                InputStream in = database.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                    out.write(bytes, 0, read);
                    if (asked.get()) {
                        answered.countDown();
                    }
                }
            } catch (IOException closed) {
                LOG.debug("the test is over", closed);
            }
        });
        try (client;
                database) {
            byte[] bytes = new byte[1 << 16];
            InputStream in = client.getInputStream();
            OutputStream out = database.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                int at = new String(bytes, 0, read, StandardCharsets.ISO_8859_1).indexOf(command);
                if (at < 0 || !held.compareAndSet(false, true)) {
                    out.write(bytes, 0, read);
                    continue;
                }
                asked.set(true);
                out.write(bytes, 0, at);
                if (at > 0 && !answered.await(10, TimeUnit.SECONDS)) {
                    throw new IOException("no answer to what was sent before");
                }
                meanwhile.run();
                out.write(bytes, at, read - at);
            }
        } catch (IOException closed) {
            LOG.debug("the test is over", closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
