package dev.bailey.benchmarks.fuzz;

import dev.bailey.benchmarks.fuzz.LenientReader.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A service of bare sockets that reads leniently, in another way on each connection, and keeps each request it believes to have
 * received. It answers with the request's own first line, or with what it was told to say to requests for {@link #MUTATED}.
 */
final class RecordingOrigin implements AutoCloseable {

    static final String MUTATED = "/mutated";

    private static final byte[] NOTHING = {};

    private final ServerSocket server;
    private final Random random;
    private final List<Message> received = new ArrayList<>();
    private byte[] mutated = NOTHING;
    private boolean closes;

    RecordingOrigin(Random random) {
        this.random = random;
        try {
            server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** What was received since it was asked last. */
    synchronized List<Message> taken() {
        List<Message> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    /** @param thenCloses whether it closes the connection behind it */
    synchronized void says(byte[] bytes, boolean thenCloses) {
        mutated = bytes;
        closes = thenCloses;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Leniency leniency;
                synchronized (this) {
                    leniency = random.nextInt(4) == 0 ? Leniency.CGI : Leniency.any(random);
                }
                Thread.ofVirtual().start(() -> serve(socket, leniency));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, Leniency leniency) {
        byte[] held = NOTHING;
        byte[] part = new byte[16 * 1024];
        try (socket) {
            int count;
            while ((count = socket.getInputStream().read(part)) >= 0) {
                int before = held.length;
                held = Arrays.copyOf(held, before + count);
                System.arraycopy(part, 0, held, before, count);
                LenientReader reader = new LenientReader(leniency, held);
                Message request;
                while ((request = reader.nextRequest()) != null) {
                    if (answer(request, socket.getOutputStream())) {
                        return;
                    }
                }
                held = Arrays.copyOfRange(held, reader.position(), held.length);
            }
        } catch (IOException gone) {
            // the gateway closed it
        }
    }

    /** Whether the connection is to be closed. */
    private boolean answer(Message request, OutputStream out) throws IOException {
        byte[] answer;
        boolean close = false;
        synchronized (this) {
            received.add(request);
            if (request.start().contains(MUTATED)) {
                answer = mutated;
                close = closes;
            } else {
                byte[] line = request.start().getBytes(StandardCharsets.ISO_8859_1);
                String head = "HTTP/1.1 200 OK\r\nContent-Length: " + line.length + "\r\n\r\n";
                answer = (head + (request.start().startsWith("HEAD ") ? "" : request.start()))
                        .getBytes(StandardCharsets.ISO_8859_1);
            }
        }
        out.write(answer);
        out.flush();
        return close;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
