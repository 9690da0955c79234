package dev.bailey.gateway.server;

import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.proxy.Lane;
import dev.bailey.gateway.proxy.Peer;
import dev.bailey.gateway.upstream.Deadline;
import dev.bailey.model.spec.TrustSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a new connection speaks: a PROXY protocol header first where its network is declared to send one; then TLS, which names the
 * protocol (ALPN), or plain bytes, which begin with HTTP/2's preface or are HTTP/1.1. Gives way to the protocol's own handler
 * with the first bytes. Used on the connection's event loop.
 */
final class ProtocolSelector extends ChannelInboundHandlerAdapter implements Draining {

    private static final Logger log = LoggerFactory.getLogger(ProtocolSelector.class);
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ClientListener listener;
    private final Lane lane;
    private final Channel channel;
    private final @Nullable SslContext tls;
    private final Deadline deadline;

    private @Nullable InetAddress client;
    private @Nullable ByteBuf held;
    private boolean proxied;

    ProtocolSelector(ClientListener listener, Lane lane, Channel channel, @Nullable SslContext tls) {
        this.listener = listener;
        this.lane = lane;
        this.channel = channel;
        this.tls = tls;
        this.deadline = new Deadline(channel.eventLoop(), channel::close);
        if (channel.remoteAddress() instanceof InetSocketAddress remote) {
            client = remote.getAddress();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        InetAddress remote = client;
        proxied = remote != null && listener.bounds().trust().speaksProxyProtocol(remote.getAddress());
        if (proxied) {
            deadline.in(listener.headNanos());
        } else {
            secure(ctx);
        }
    }

    private void secure(ChannelHandlerContext ctx) {
        SslContext context = tls;
        if (context == null) {
            deadline.in(listener.bounds().idleTimeout().toNanos());
            return;
        }
        deadline.clear();
        SslHandler handler = context.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(
                listener.bounds().intake().headTimeout().toMillis());
        ctx.pipeline().addBefore(ctx.name(), null, handler);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf before = held;
        held = null;
        ByteBuf in = before == null ? (ByteBuf) message : Unpooled.wrappedBuffer(before, (ByteBuf) message);
        if (proxied) {
            proxyHeader(ctx, in);
        } else {
            choose(ctx, in);
        }
    }

    private void proxyHeader(ChannelHandlerContext ctx, ByteBuf in) {
        ProxyHeader header;
        try {
            header = ProxyHeader.read(in);
        } catch (MalformedException malformed) {
            log.debug("closed a connection of {}: {}", client, malformed.reason());
            listener.refused(malformed.status());
            in.release();
            channel.close();
            return;
        }
        if (header == null) {
            held = in;
            return;
        }
        proxied = false;
        if (header.source() != null) {
            client = header.source();
        }
        secure(ctx);
        if (in.isReadable()) {
            ctx.pipeline().fireChannelRead(in);
        } else {
            in.release();
        }
    }

    private void choose(ChannelHandlerContext ctx, ByteBuf in) {
        int known = Math.min(PREFACE.length, in.readableBytes());
        int from = in.readerIndex();
        int alike = 0;
        while (alike < known && in.getByte(from + alike) == PREFACE[alike]) {
            alike++;
        }
        if (alike < known) {
            become(ctx, ApplicationProtocolNames.HTTP_1_1, false);
            ctx.fireChannelRead(in);
        } else if (alike == PREFACE.length) {
            become(ctx, ApplicationProtocolNames.HTTP_2, false);
            ctx.fireChannelRead(in);
        } else {
            held = in;
            deadline.in(listener.headNanos());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            SslHandler handler = ctx.pipeline().get(SslHandler.class);
            if (shaken.isSuccess() && handler != null) {
                String agreed = handler.applicationProtocol();
                become(ctx, agreed == null ? ApplicationProtocolNames.HTTP_1_1 : agreed, true);
            } else {
                log.debug("a TLS handshake failed", shaken.cause());
                listener.handshakeFailed();
            }
        }
    }

    private void become(ChannelHandlerContext ctx, String protocol, boolean secure) {
        deadline.clear();
        Peer peer = peer(secure);
        boolean streams = protocol.equals(ApplicationProtocolNames.HTTP_2);
        if (streams) {
            ctx.pipeline().addFirst(new LingeringClose());
        }
        ChannelHandler handler = streams
                ? Http2ClientConnection.of(listener, lane, peer)
                : new ClientConnection(listener, lane, channel, peer);
        ctx.pipeline().replace(this, null, handler);
    }

    private Peer peer(boolean secure) {
        TrustSpec trust = listener.bounds().trust();
        InetAddress address = client;
        return address == null
                ? new Peer("unknown", secure, false, trust)
                : new Peer(address.getHostAddress(), secure, trust.mayForward(address.getAddress()), trust);
    }

    @Override
    public void beginDraining() {}

    @Override
    public void closeIfIdle() {
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.clear();
        ByteBuf waiting = held;
        if (waiting != null) {
            held = null;
            waiting.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("a new connection failed", cause);
        channel.close();
    }
}
