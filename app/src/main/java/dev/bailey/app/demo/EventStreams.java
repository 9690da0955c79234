package dev.bailey.app.demo;

import dev.bailey.app.demo.LongAnswers.Stay;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** An endless stream of events that is read. Thread-safe. */
final class EventStreams implements Stay {

    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int SILENCE_MS = 10_000;

    private final URI gateway;

    EventStreams(URI gateway) {
        this.gateway = gateway;
    }

    @Override
    public String untilItEnds(Runnable opened, BooleanSupplier over) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(SILENCE_MS);
            socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), CONNECT_TIMEOUT_MS);
            socket.getOutputStream()
                    .write(("GET /ticks HTTP/1.1\r\nHost: " + gateway.getAuthority() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String status = in.readLine();
            if (status == null || !status.contains(" 200 ")) {
                return "answered " + status;
            }
            opened.run();
            while (!over.getAsBoolean()) {
                if (in.readLine() == null) {
                    return "ended";
                }
            }
            return "over";
        } catch (IOException cut) {
            return cut.toString();
        }
    }
}
