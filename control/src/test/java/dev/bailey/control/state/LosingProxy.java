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
import java.util.concurrent.atomic.AtomicBoolean;
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
                AtomicBoolean committing = new AtomicBoolean();
                Thread.startVirtualThread(() -> ask(client, server, committing));
                Thread.startVirtualThread(() -> answer(server, client, committing));
            }
        } catch (IOException e) {
            assert listener.isClosed() : e;
        }
    }

    /** A commit may come in several pieces: where only its answer is lost, all of them go on. */
    private void ask(Socket client, Socket server, AtomicBoolean committing) {
        byte[] bytes = new byte[65_536];
        try {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                boolean commits = next.get() != Loss.NOTHING
                        && new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains("COMMIT");
                Loss loss = commits ? next.getAndSet(Loss.NOTHING) : Loss.NOTHING;
                if (loss == Loss.THE_COMMIT) {
                    client.close();
                    return;
                }
                committing.compareAndSet(false, loss == Loss.THE_ANSWER);
                out.write(bytes, 0, count);
            }
        } catch (IOException e) {
            gone(e);
        }
    }

    private static void answer(Socket server, Socket client, AtomicBoolean committing) {
        byte[] bytes = new byte[65_536];
        try {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int count = in.read(bytes); count >= 0 && !committing.get(); count = in.read(bytes)) {
                out.write(bytes, 0, count);
            }
            client.close();
        } catch (IOException e) {
            gone(e);
        }
    }

    /** One side has gone, which is what this is for. */
    private static void gone(IOException e) {
        assert e.getMessage() != null;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
