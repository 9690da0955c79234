package dev.bailey.app.takeover;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The connection between the two processes of a take-over: short lines of text, every wait bounded. One reader, any writer. */
final class Line implements AutoCloseable {

    private static final int MAX_LINE = 512;

    private final SocketChannel channel;

    Line(SocketChannel channel) {
        this.channel = channel;
    }

    /** What the other process says next. */
    sealed interface Heard {
        record Said(String text) implements Heard {}

        /** It ended, or closed the connection. */
        record Gone() implements Heard {}

        /** It said nothing in time; it may still be there. */
        record Silent() implements Heard {}
    }

    void say(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** After {@link Heard.Silent} the line can only be spoken on, not heard any more. */
    Heard hear(Duration atMost) throws InterruptedException {
        return within(atMost, this::read, new Heard.Silent());
    }

    /** Waits until the other process has ended or closed the connection; false when it has not in time. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return !(hear(atMost) instanceof Heard.Silent);
    }

    private static Heard within(Duration atMost, Supplier<Heard> reading, Heard otherwise) throws InterruptedException {
        CompletableFuture<Heard> heard = new CompletableFuture<>();
        Thread.ofVirtual().name("take-over-line").start(() -> heard.complete(reading.get()));
        try {
            return heard.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return otherwise;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Heard read() {
        StringBuilder text = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            while (text.length() < MAX_LINE) {
                one.clear();
                if (channel.read(one) < 0) {
                    return new Heard.Gone();
                }
                char letter = (char) one.get(0);
                if (letter == '\n') {
                    return new Heard.Said(text.toString());
                }
                text.append(letter);
            }
            return new Heard.Gone();
        } catch (IOException cut) {
            return new Heard.Gone();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
