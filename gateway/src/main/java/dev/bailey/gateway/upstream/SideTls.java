package dev.bailey.gateway.upstream;

import dev.bailey.gateway.tls.ClientTls;
import dev.bailey.gateway.tls.FileStamps;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.ReachSpec;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS to one side. Its files are looked at every few seconds: changed ones count for new connections, those that are open go on,
 * and ones that cannot be used leave the last in force. Thread-safe.
 */
final class SideTls implements Upkeep.Chore {

    private static final Logger log = LoggerFactory.getLogger(SideTls.class);
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Side side;
    private final ReachSpec reach;
    private final Path folder;
    private final String serverName;
    private final List<Path> files;
    private volatile Contexts current;
    private FileStamps seen;
    private long dueNanos = System.nanoTime() + LOOK_EVERY_NANOS;

    /**
     * @param usual for any request
     * @param http11 for a request that asks for another protocol, which HTTP/2 cannot carry
     * @param blocking for health checks
     */
    private record Contexts(SslContext usual, SslContext http11, SSLSocketFactory blocking) {}

    /**
     * Reads the files.
     *
     * @param host of the side's url, whose name its certificate must have unless the file says another
     * @throws IllegalArgumentException when TLS cannot be set up
     */
    SideTls(Side side, ReachSpec reach, String host, Path folder) {
        this.side = side;
        this.reach = reach;
        this.folder = folder;
        this.serverName = reach.tls().flatMap(ReachSpec.Tls::serverName).orElse(host);
        this.files = new ArrayList<>();
        reach.tls().ifPresent(tls -> {
            tls.ca().ifPresent(file -> files.add(folder.resolve(file)));
            tls.certificate().ifPresent(file -> files.add(folder.resolve(file)));
            tls.key().ifPresent(file -> files.add(folder.resolve(file)));
        });
        this.seen = FileStamps.of(files);
        this.current = read();
    }

    private Contexts read() {
        try {
            ClientTls tls = ClientTls.of(reach.tls(), folder);
            SslContext http11 = tls.context(ApplicationProtocolNames.HTTP_1_1);
            SslContext usual = switch (reach.http()) {
                case AUTO -> tls.context(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
                case HTTP_1_1 -> http11;
                case HTTP_2 -> tls.context(ApplicationProtocolNames.HTTP_2);
            };
            return new Contexts(usual, http11, tls.blocking().getSocketFactory());
        } catch (SSLException broken) {
            throw new IllegalArgumentException(
                    "TLS to " + side.label() + " cannot be set up: " + broken.getMessage(), broken);
        }
    }

    /** Whether it has files that may change. */
    boolean hasFiles() {
        return !files.isEmpty();
    }

    String serverName() {
        return serverName;
    }

    /** For the next connection of a health check. */
    SSLSocketFactory blocking() {
        return current.blocking;
    }

    /** @param http11 whether it must not agree on HTTP/2 */
    SslHandler newHandler(ByteBufAllocator alloc, boolean http11, int port) {
        Contexts now = current;
        return (http11 ? now.http11 : now.usual).newHandler(alloc, serverName, port);
    }

    /** Reads the files again now; false when they cannot be used, and then the last ones stay in force. */
    synchronized boolean reload() {
        seen = FileStamps.of(files);
        try {
            current = read();
            log.info("the files of TLS to {} were read again and are in force for new connections", side.label());
            return true;
        } catch (IllegalArgumentException broken) {
            log.warn("the last files of TLS to {} stay in force: {}", side.label(), broken.getMessage());
            return false;
        }
    }

    @Override
    public synchronized long run(long nowNanos) {
        if (dueNanos - nowNanos <= 0) {
            dueNanos = nowNanos + LOOK_EVERY_NANOS;
            if (!FileStamps.of(files).equals(seen)) {
                reload();
            }
        }
        return dueNanos - nowNanos;
    }
}
