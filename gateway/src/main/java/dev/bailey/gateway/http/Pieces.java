package dev.bailey.gateway.http;

import io.netty.buffer.ByteBuf;

/** Parts of what was read from a connection, to be handed on. */
public final class Pieces {

    /** Half of a read's buffer: what waits somewhere must not keep more than twice as much, or bounds in bytes are none. */
    private static final int SMALL = 8 * 1024;

    private Pieces() {}

    /** The next bytes as a buffer of their own, to be released by who gets it: a slice, or of a few KiB a copy. */
    public static ByteBuf next(ByteBuf in, int length) {
        return length < SMALL ? in.readBytes(length) : in.readRetainedSlice(length);
    }
}
