package dev.bailey.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection so that its last words arrive: the sending side first, then what the client still sends is read and dropped,
 * until the client closes too, up to bounds. A socket closed with input unread, or that gets more after it was closed, sends a
 * reset, which takes with it what was written before (RFC 9112, 9.6); and a client of HTTP/2 that reads slowly goes on sending, as it
 * opens its windows. Stands first in the pipeline.
 */
final class LingeringClose extends ChannelDuplexHandler {

    /** So long is waited for a client that sends nothing. */
    private static final long MAX_QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long MAX_LINGER_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MAX_LINGER_BYTES = 1 << 20;

    private boolean closing;
    private int dropped;
    private long heardNanos;
    private long untilNanos;
    private @Nullable Future<?> check;

    /** Ends a connection without waiting for its client. */
    static void cutShort(Channel channel) {
        ChannelHandlerContext lingers = channel.pipeline().context(LingeringClose.class);
        if (lingers != null) {
            lingers.close();
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closing || !ctx.channel().isActive() || !(ctx.channel() instanceof DuplexChannel channel)) {
            ctx.close(promise);
            return;
        }
        closing = true;
        heardNanos = System.nanoTime();
        untilNanos = heardNanos + MAX_LINGER_NANOS;
        channel.config().setAutoRead(true);
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.shutdownOutput());
        channel.closeFuture().addListener(_ -> {
            if (check != null) {
                check.cancel(false);
            }
            promise.trySuccess();
        });
        check(ctx);
    }

    private void check(ChannelHandlerContext ctx) {
        long left = Math.min(heardNanos + MAX_QUIET_NANOS, untilNanos) - System.nanoTime();
        if (left <= 0) {
            ctx.close();
        } else {
            check = ctx.executor().schedule(() -> check(ctx), left, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!closing) {
            ctx.fireChannelRead(message);
            return;
        }
        heardNanos = System.nanoTime();
        dropped += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (dropped > MAX_LINGER_BYTES) {
            ctx.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (closing && event instanceof ChannelInputShutdownEvent) {
            ctx.close(); // both sides have said their last
            return;
        }
        ctx.fireUserEventTriggered(event);
    }
}
