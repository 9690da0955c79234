package dev.bailey.app.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A piece of network between two processes that can be broken at run time: TCP on the loopback address, passed on byte for byte
 * to one port. Bytes are late or missing from some moment on, never changed, doubled or taken out of the middle: a connection
 * that lost any is cut. Thread-safe; every connection is carried by two virtual threads.
 */
public final class FaultProxy implements AutoCloseable {

    static final int MAX_CONNECTIONS = 1_024;
    private static final int BACKLOG = 256;

    private final int target;
    private final int port;
    private final Semaphore room = new Semaphore(MAX_CONNECTIONS);
    private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong answersCut = new AtomicLong();
    private volatile Mode mode = new Mode.Pass();
    private ServerSocket listener;

    /** What becomes of connections and their bytes. */
    public sealed interface Mode {
        /** Everything is passed on at once. */
        record Pass() implements Mode {}

        /** Everything is passed on, each piece this much later. */
        record Delay(Duration by) implements Mode {}

        /** Connections are accepted and nothing is passed on any more; those that are open when the mode ends are cut. */
        record BlackHole() implements Mode {}

        /** Requests are passed on; where an answer begins, the connection is cut instead. */
        record CutAfterRequest() implements Mode {}

        /** Open connections are cut and new ones refused. */
        record Refuse() implements Mode {}
    }

    private FaultProxy(int target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
        this.port = listener.getLocalPort();
    }

    /** Starts on a free port, in {@link Mode.Pass}. */
    public static FaultProxy to(int target) throws IOException {
        FaultProxy proxy = new FaultProxy(target, listen(0));
        proxy.accepting(proxy.listener);
        return proxy;
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        return socket;
    }

    public int port() {
        return port;
    }

    Mode mode() {
        return mode;
    }

    /**
     * Changes the mode, for open connections too.
     *
     * @throws IOException the port, given back while connections were refused, was taken by somebody else meanwhile
     */
    public synchronized void mode(Mode next) throws IOException {
        Mode before = mode;
        mode = next;
        if (next instanceof Mode.Refuse) {
            listener.close();
        }
        if (next instanceof Mode.Refuse || (before instanceof Mode.BlackHole && !(next instanceof Mode.BlackHole))) {
            cut();
        }
        if (before instanceof Mode.Refuse && !(next instanceof Mode.Refuse)) {
            listener = listen(port);
            accepting(listener);
        }
    }

    /** Cuts every open connection now. */
    void cut() {
        open.forEach(ProxiedConnection::cut);
    }

    /** How many answers were cut off at their beginning, their requests having been passed on. */
    long answersCut() {
        return answersCut.get();
    }

    int openConnections() {
        return open.size();
    }

    private void accepting(ServerSocket from) {
        Thread.ofVirtual().name("fault-proxy-" + port).start(() -> accept(from));
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                accepted(from.accept());
            } catch (IOException refusing) {
                if (!from.isClosed()) {
                    System.err.println("fault proxy on port " + port + " accepts no more: " + refusing);
                    return;
                }
            }
        }
    }

    private void accepted(Socket client) {
        ProxiedConnection connection = new ProxiedConnection(client, this::mode, answersCut::incrementAndGet);
        if (!room.tryAcquire()) {
            connection.cut();
            return;
        }
        // Known before it looks at the mode: whoever changes the mode afterwards cuts it where it must be cut.
        open.add(connection);
        Thread.ofVirtual().name("fault-proxy-" + port + "-connection").start(() -> {
            try {
                connection.carry(target);
            } finally {
                open.remove(connection);
                room.release();
            }
        });
    }

    @Override
    public synchronized void close() throws IOException {
        mode = new Mode.Refuse();
        listener.close();
        cut();
    }
}
