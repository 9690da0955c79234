package dev.bailey.benchmarks.fuzz;

import dev.bailey.benchmarks.fuzz.LenientReader.Message;
import dev.bailey.model.spec.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A client of bare sockets, which reads answers strictly. */
final class Wire implements AutoCloseable {

    /** Many short waits, so that a pause of the whole process counts as one. */
    private static final int WAIT_MS = 500;

    private static final int WAITS = 60;
    private static final int SWITCHING = 101;

    private final Socket socket = new Socket();
    private final byte[] part = new byte[16 * 1024];
    private byte[] held = {};

    Wire(HostPort address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(WAIT_MS);
        socket.connect(new InetSocketAddress(address.host(), address.port()));
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1), new int[0]);
    }

    /** Fails quietly when the other side has closed: what it said before can still be read. */
    void send(byte[] bytes, int[] cuts) throws IOException {
        try {
            int from = 0;
            for (int i = 0; i <= cuts.length; i++) {
                int to = i < cuts.length ? cuts[i] : bytes.length;
                socket.getOutputStream().write(bytes, from, to - from);
                from = to;
            }
        } catch (java.net.SocketException closed) {
            // told by the answers
        }
    }

    /** The next final answer, or a switch to another protocol; null when the connection ended before it was complete. */
    @Nullable
    Message answer(boolean toHead) throws IOException {
        while (true) {
            LenientReader reader = new LenientReader(Leniency.STRICT, held);
            Message message = reader.nextAnswer(toHead);
            if (message != null) {
                held = Arrays.copyOfRange(held, reader.position(), held.length);
                if (message.status() >= 200 || message.status() == SWITCHING) {
                    return message;
                }
            } else if (!more()) {
                return null;
            }
        }
    }

    /** Whether the other side ends the connection without a further byte. */
    boolean isEnded() throws IOException {
        return held.length == 0 && !more();
    }

    private boolean more() throws IOException {
        for (int wait = 0; wait < WAITS; wait++) {
            try {
                int count = socket.getInputStream().read(part);
                if (count < 0) {
                    return false;
                }
                int before = held.length;
                held = Arrays.copyOf(held, before + count);
                System.arraycopy(part, 0, held, before, count);
                return true;
            } catch (SocketTimeoutException late) {
                // waits again
            } catch (java.net.SocketException reset) {
                return false;
            }
        }
        throw new Violation("the gateway neither answered nor closed in " + WAITS * WAIT_MS + " ms");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
