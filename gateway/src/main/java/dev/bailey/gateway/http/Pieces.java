package dev.bailey.gateway.http;

import io.netty.buffer.ByteBuf;

/** Parts of what was read from a connection, to be handed on. */
public final class Pieces {

    /** A read's buffer is larger by far: few bytes that wait somewhere must not keep it. */
    private static final int SMALL = 2 * 1024;

    private Pieces() {}

    /** The next bytes as a buffer of their own, to be released by who gets it: a slice, or of few bytes a copy. */
    public static ByteBuf next(ByteBuf in, int length) {
        return length < SMALL ? in.readBytes(length) : in.readRetainedSlice(length);
    }
}
