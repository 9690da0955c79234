package dev.bailey.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that its last words arrive: the sending side first, then what the client still sends is read and dropped,
 * for a while and up to a bound. A socket closed with input unread sends a reset, which takes with it what was written before
 * (RFC 9112, 9.6). Stands first in the pipeline.
 */
final class LingeringClose extends ChannelDuplexHandler {

    private static final long MAX_LINGER_MILLIS = 500;
    private static final int MAX_LINGER_BYTES = 1 << 20;

    private boolean closing;
    private int dropped;

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closing || !ctx.channel().isActive() || !(ctx.channel() instanceof DuplexChannel channel)) {
            ctx.close(promise);
            return;
        }
        closing = true;
        channel.config().setAutoRead(true);
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.shutdownOutput());
        ctx.executor().schedule(() -> ctx.close(promise), MAX_LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!closing) {
            ctx.fireChannelRead(message);
            return;
        }
        dropped += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (dropped > MAX_LINGER_BYTES) {
            ctx.close();
        }
    }
}
