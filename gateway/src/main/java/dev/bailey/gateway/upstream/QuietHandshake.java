package dev.bailey.gateway.upstream;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Stands behind TLS until the connection's own handler does: a handshake that fails is told by its future. Stateless. */
@ChannelHandler.Sharable
final class QuietHandshake extends ChannelInboundHandlerAdapter {

    static final QuietHandshake INSTANCE = new QuietHandshake();

    private QuietHandshake() {}

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
