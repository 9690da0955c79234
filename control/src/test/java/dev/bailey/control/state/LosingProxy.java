package dev.bailey.control.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A way to a server that loses the next commit or its answer. The server's side of a lost connection stays open, as after a cut cable. */
final class LosingProxy implements AutoCloseable {

    enum Loss {
        NOTHING,
        THE_COMMIT,
        THE_ANSWER
    }

    final AtomicReference<Loss> next = new AtomicReference<>(Loss.NOTHING);
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    LosingProxy(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, server));
                Thread.startVirtualThread(() -> pass(client, server, true));
                Thread.startVirtualThread(() -> pass(server, client, false));
            }
        } catch (IOException e) {
            assert listener.isClosed() : e;
        }
    }

    private void pass(Socket from, Socket to, boolean asked) {
        byte[] bytes = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                boolean commits = asked
                        && next.get() != Loss.NOTHING
                        && new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains("COMMIT");
                Loss loss = commits ? next.getAndSet(Loss.NOTHING) : Loss.NOTHING;
                if (loss != Loss.NOTHING) {
                    from.close();
                }
                if (loss != Loss.THE_COMMIT) {
                    out.write(bytes, 0, count);
                }
                if (loss != Loss.NOTHING) {
                    return;
                }
            }
            if (!asked) {
                to.close();
            }
        } catch (IOException e) {
            // One side has gone, which is what this is for.
            assert e.getMessage() != null;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
