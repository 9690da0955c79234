package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What carries one call to a side: a connection of HTTP/1.1, or a stream of HTTP/2. Used on one event loop. */
interface Carrier {

    void begin(UpstreamCall call);

    boolean isWritable();

    /** Takes the buffer over. */
    void send(ByteBuf chunk);

    void sendEnd(@Nullable Trailers trailers);

    void flush();

    /** Stops or goes on reading the answer. */
    void read(boolean on);

    /** The call gave up: nothing more is told. */
    void abandon();
}
