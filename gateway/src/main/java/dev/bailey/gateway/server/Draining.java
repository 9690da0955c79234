package dev.bailey.gateway.server;

import io.netty.channel.ChannelHandler;

/** A client's connection that can be asked to end once its requests have. Used on its event loop only. */
interface Draining extends ChannelHandler {

    /** No new requests are wanted, but those on their way are still taken. */
    void beginDraining();

    /** Ends at once when nothing is under way, else as soon as nothing is. */
    void closeIfIdle();
}
