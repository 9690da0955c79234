package dev.bailey.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A service whose every answer is a stream of events (server-sent events), which says what the test says. */
final class EventService implements AutoCloseable {

    private static final String END = "";

    private final RawServer server;
    private final String name;
    private final List<BlockingQueue<String>> streams = new CopyOnWriteArrayList<>();

    EventService(String name) {
        this.name = name;
        server = RawServer.answering((_, _, out) -> {
            BlockingQueue<String> events = new LinkedBlockingQueue<>();
            streams.add(events);
            stream(events, out);
        });
    }

    private void stream(BlockingQueue<String> events, OutputStream out) throws IOException {
        out.write(RawServer.lines(
                "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked", "", ""));
        out.flush();
        try {
            for (String event = events.take(); !event.equals(END); event = events.take()) {
                String text = "data: " + name + " " + event + "\n\n";
                chunk(text, out);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        chunk("", out);
    }

    private static void chunk(String text, OutputStream out) throws IOException {
        out.write((Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    URI url() {
        return server.url();
    }

    /** How many streams were asked for. */
    int streams() {
        return streams.size();
    }

    /** To all who listen. */
    void say(String event) {
        streams.forEach(events -> events.add(event));
    }

    void end() {
        say(END);
    }

    @Override
    public void close() {
        end();
        server.close();
    }
}
