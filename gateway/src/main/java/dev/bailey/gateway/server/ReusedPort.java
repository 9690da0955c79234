package dev.bailey.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How two processes of one user have the same port for a moment (SO_REUSEPORT). Linux keeps the listeners of a port in the order
 * in which they came, and when one closes the last one takes its place; a filter can say which gets a new connection. Ours says
 * "number 1", counted from 0: of two the newer, and of one, where there is no number 1, the kernel goes on as without a filter. So
 * the older listener gets nothing new, can accept all it has, and closes without a connection reset.
 */
final class ReusedPort {

    private static final Logger log = LoggerFactory.getLogger(ReusedPort.class);
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;

    /** {@code struct sock_fprog}: a count, padding, a pointer. */
    private static final int PROGRAM_BYTES = 16;

    private static final RawUnixChannelOption STEER =
            new RawUnixChannelOption("STEER", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, PROGRAM_BYTES);

    /** {@code BPF_RET | BPF_K}: return a constant. */
    private static final short RETURN = 0x06;

    private static final int NEWER = 1;

    private ReusedPort() {}

    /**
     * Lets a later process bind the port beside this one. Set on a socket that is bound already: so the binding itself was refused
     * where another had the port.
     */
    static void allow(Channel listening) {
        try {
            if (!listening.config().setOption(UnixChannelOption.SO_REUSEPORT, true)) {
                log.debug("this transport cannot share a port, so no other process can take over without a gap");
            }
        } catch (ChannelException refused) {
            log.warn("the port cannot be shared, so no other process can take over: {}", refused.getMessage());
        }
    }

    /** Sends new connections to the newer of two listeners, where the kernel lets us. */
    static void steer(Channel newer) {
        ByteBuf filter = Unpooled.directBuffer(8);
        try {
            ByteBuffer instruction = filter.nioBuffer(0, 8).order(ByteOrder.nativeOrder());
            instruction.putShort(RETURN).put((byte) 0).put((byte) 0).putInt(NEWER);
            ByteBuffer program = ByteBuffer.allocate(PROGRAM_BYTES).order(ByteOrder.nativeOrder());
            program.putShort(0, (short) 1).putLong(8, filter.memoryAddress());
            newer.config().setOption(STEER, program);
        } catch (ChannelException | UnsupportedOperationException refused) {
            log.warn("new connections cannot be steered, some may be reset: {}", refused.getMessage());
        } finally {
            filter.release();
        }
    }
}
