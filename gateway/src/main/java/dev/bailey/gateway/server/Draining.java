package dev.bailey.gateway.server;

import io.netty.channel.ChannelHandler;

/** A client's connection that can be asked to end once its requests have. Used on its event loop only. */
interface Draining extends ChannelHandler {

    /** No new requests are wanted, but those on their way are still taken. */
    void beginDraining();

    /** Ends at once when nothing is under way, else as soon as nothing is. */
    void closeIfIdle();

    /**
     * Requests are carried by another process now: ends where that costs no client a request, which only a protocol that can say
     * so allows. A client of HTTP/1.1 may be sending its next one.
     */
    default void endUnlessAsked() {}
}
