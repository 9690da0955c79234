package dev.bailey.datasync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line to a database that can be cut: what goes over it breaks off, and nobody gets through until it is mended. */
final class CutLine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CutLine.class);

    private final ServerSocket server;
    private final int target;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    CutLine(String jdbc) throws IOException {
        this.target = URI.create(jdbc.substring("jdbc:".length())).getPort();
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    String through(String jdbc) {
        return jdbc.replaceFirst("://[^/]+/", "://127.0.0.1:" + server.getLocalPort() + "/");
    }

    void cut() throws IOException {
        cut = true;
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    void mend() {
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (cut) {
                    client.close();
                    continue;
                }
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(database);
                carry(client, database);
                carry(database, client);
            } catch (IOException closed) {
                LOG.debug("the test is over, or the database is away: the next client finds out", closed);
            }
        }
    }

    private static void carry(Socket from, Socket to) {
        Thread.ofPlatform().daemon().start(() -> {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                in.transferTo(out);
            } catch (IOException cutOff) {
                LOG.debug("this is what a cut is", cutOff);
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
