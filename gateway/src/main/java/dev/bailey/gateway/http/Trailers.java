package dev.bailey.gateway.http;

/** Fields behind a body (RFC 9110, 6.5), those that must not stand there left out. Immutable. */
public final class Trailers extends Fields {

    Trailers(byte[] bytes, char[] index, long present) {
        super(bytes, index, present);
    }
}
