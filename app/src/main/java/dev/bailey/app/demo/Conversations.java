package dev.bailey.app.demo;

import dev.bailey.app.demo.LongAnswers.Stay;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** WebSockets over which one message after the other goes out and has to come back as it was. Thread-safe. */
final class Conversations implements Stay, AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final long SILENCE_MS = 5_000;
    private static final String CUT = "(cut)";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI place;
    private final AtomicLong messages = new AtomicLong();
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    Conversations(URI gateway) {
        place = URI.create("ws://" + gateway.getAuthority() + EchoBeside.PATH);
    }

    @Override
    public String untilItEnds(Runnable opened, BooleanSupplier over) throws InterruptedException {
        Heard heard = new Heard();
        try {
            WebSocket socket =
                    client.newWebSocketBuilder().buildAsync(place, heard).get(SILENCE_MS, TimeUnit.MILLISECONDS);
            opened.run();
            try {
                return talk(socket, heard, over);
            } finally {
                socket.abort();
            }
        } catch (ExecutionException cut) {
            return String.valueOf(cut.getCause());
        } catch (TimeoutException silent) {
            return "no answer in " + SILENCE_MS + " ms";
        }
    }

    private String talk(WebSocket socket, Heard heard, BooleanSupplier over)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (long number = 1; !over.getAsBoolean(); number++) {
            String said = "message " + number;
            socket.sendText(said, true).get(SILENCE_MS, TimeUnit.MILLISECONDS);
            String back = heard.came.poll(SILENCE_MS, TimeUnit.MILLISECONDS);
            if (!said.equals(back)) {
                String heardInstead = "heard " + back + " (expected " + said + ")";
                // The JDK's client does not always tell that its connection has ended: then nothing more is heard.
                if (back != null && !CUT.equals(back)) {
                    wrong.add(heardInstead);
                }
                return heardInstead;
            }
            messages.incrementAndGet();
            Thread.sleep(PAUSE);
        }
        return "over";
    }

    /** What one of them heard. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                came.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            came.add(CUT);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            came.add(CUT);
        }
    }

    /** Messages that came back. */
    long messages() {
        return messages.get();
    }

    /** Messages that came back as others. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
