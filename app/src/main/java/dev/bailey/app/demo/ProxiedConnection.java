package dev.bailey.app.demo;

import dev.bailey.app.demo.FaultProxy.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** One connection through a {@link FaultProxy}: what each side sends goes to the other as the mode of the moment says. */
final class ProxiedConnection {

    private static final int CONNECT_LIMIT_MS = 2_000;
    private static final int BUFFER_BYTES = 16 * 1_024;

    private final Socket client;
    private final Socket target = new Socket();
    private final Supplier<Mode> mode;
    private final Runnable answerCut;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** @param answerCut told when an answer was cut off at its beginning */
    ProxiedConnection(Socket client, Supplier<Mode> mode, Runnable answerCut) {
        this.client = client;
        this.mode = mode;
        this.answerCut = answerCut;
    }

    /** Carries it to its end, which is a normal one, or a cut; blocks. */
    void carry(int port) {
        try {
            if (mode.get() instanceof Mode.BlackHole) {
                ended.await();
                return;
            }
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_LIMIT_MS);
            Thread back = Thread.ofVirtual().start(() -> pump(target, client, true));
            pump(client, target, false);
            back.join();
            // Both have said all they had to say; a reset now could overtake the last of it.
            client.close();
            target.close();
        } catch (IOException unreachable) {
            cut();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            cut();
        }
    }

    /** Ends it at once for both sides, with a reset. */
    void cut() {
        ended.countDown();
        reset(client);
        reset(target);
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException closed) {
            assert socket.isClosed() : closed;
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                switch (mode.get()) {
                    case Mode.Pass _, Mode.Refuse _ -> out.write(buffer, 0, read);
                    case Mode.Delay(var by) -> {
                        Thread.sleep(by);
                        out.write(buffer, 0, read);
                    }
                    case Mode.BlackHole _ -> {
                        ended.await();
                        return;
                    }
                    case Mode.CutAfterRequest _ -> {
                        if (answers) {
                            answerCut.run();
                            cut();
                            return;
                        }
                        out.write(buffer, 0, read);
                    }
                }
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            cut();
        } catch (InterruptedException stopped) {
            cut();
            Thread.currentThread().interrupt();
        }
    }
}
