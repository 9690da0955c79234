package dev.bailey.gateway.upstream;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** How sockets are driven: io_uring where the kernel has it, else epoll where the machine has it, else NIO. */
public enum Transport {
    IO_URING(IoUringServerSocketChannel.class, IoUringSocketChannel.class),
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class),
    NIO(NioServerSocketChannel.class, NioSocketChannel.class);

    /** Of an event loop: a read that finds none free is begun again, and more are laid out, up to the most. */
    private static final int BUFFERS = 64;

    private static final short MOST_BUFFERS = 256;

    /** What is kept of a read keeps its whole buffer. */
    private static final int BUFFER_BYTES = 16 * 1024;

    private static final short RING = 1;

    private final Class<? extends ServerSocketChannel> server;
    private final Class<? extends SocketChannel> client;

    Transport(Class<? extends ServerSocketChannel> server, Class<? extends SocketChannel> client) {
        this.server = server;
        this.client = client;
    }

    /** The cheapest that works here, unless {@code -Dbailey.transport} names one. */
    public static Transport best() {
        String named = System.getProperty("bailey.transport");
        if (named != null) {
            return valueOf(named.toUpperCase(Locale.ROOT));
        }
        if (IoUring.isAvailable()) {
            return IO_URING;
        }
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** For the log: what it is, and why it is not a cheaper one, unless one was asked for. */
    public String label() {
        String name = name().toLowerCase(Locale.ROOT);
        return switch (this) {
            case IO_URING -> name;
            case EPOLL -> name + missing("io_uring", IoUring.unavailabilityCause());
            case NIO -> name + missing("epoll", Epoll.unavailabilityCause());
        };
    }

    private static String missing(String cheaper, @Nullable Throwable why) {
        return why == null ? "" : " (" + cheaper + " is not there: " + why + ")";
    }

    public Class<? extends ServerSocketChannel> server() {
        return server;
    }

    public Class<? extends SocketChannel> client() {
        return client;
    }

    /**
     * How connections read: into parts never so small that an ordinary head comes in several. With io_uring the loop's connections
     * share buffers, which the kernel fills when something comes, without being asked for each read first.
     */
    public void reads(Options connections) {
        connections.set(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(1024, 2048, 64 * 1024));
        if (this == IO_URING && IoUring.isRegisterBufferRingSupported()) {
            connections.set(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, RING);
        }
    }

    /** Takes options of connections to be made. */
    public interface Options {
        <T> void set(ChannelOption<T> option, T value);
    }

    /** Daemon threads, so that a process that forgets to close can still end. */
    public MultiThreadIoEventLoopGroup eventLoops(int threads, String name) {
        ThreadFactory daemons = new DefaultThreadFactory(name, true);
        return switch (this) {
            case IO_URING -> TurnLoop.group(threads, daemons, AlarmedIo.of(ioUring()));
            case EPOLL -> new MultiThreadIoEventLoopGroup(threads, daemons, EpollIoHandler.newFactory());
            case NIO -> new MultiThreadIoEventLoopGroup(threads, daemons, NioIoHandler.newFactory());
        };
    }

    private static IoHandlerFactory ioUring() {
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig();
        if (IoUring.isRegisterBufferRingSupported()) {
            config.setBufferRingConfig(IoUringBufferRingConfig.builder()
                    .bufferGroupId(RING)
                    .bufferRingSize(MOST_BUFFERS)
                    .batchSize(BUFFERS)
                    .incremental(false)
                    .allocator(new IoUringFixedBufferRingAllocator(BUFFER_BYTES))
                    .build());
        }
        return IoUringIoHandler.newFactory(config);
    }
}
