package dev.bailey.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/** The client's end of one request, implemented by its connection. Used on the connection's event loop only. */
public interface ClientStream {

    /** Asks for more of the request's body; it comes to the exchange's {@link RequestBody}. Asking twice is harmless. */
    void pull();

    /** Whether the answer may go on; when not, {@link Exchange#clientWritable} is called once it may. */
    boolean isWritable();

    /** Begins the answer. Framing and connection headers are set by the implementation. */
    void head(HttpResponse head);

    /** Takes the buffer over. */
    void body(ByteBuf chunk);

    void flush();

    void end();

    /** Cuts the connection: the answer that began cannot be completed. */
    void abort();
}
