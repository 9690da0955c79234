package dev.bailey.benchmarks.fuzz;

import dev.bailey.benchmarks.fuzz.ProxyReference.Read;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.server.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;

/**
 * What must hold of the gateway's reading of the PROXY protocol: it is that of the {@link ProxyReference}, it is the same however
 * the bytes come, it takes a header and nothing behind it, and it does not ask for more than a header may have.
 */
final class ProxyHeaders {

    /** So many of the first bytes are each tried as the last one that has come. */
    private static final int EACH = 128;

    private final Random random;

    ProxyHeaders(Random random) {
        this.random = random;
    }

    /**
     * Returns what it came to.
     *
     * @throws Violation when something does not hold
     */
    String check(byte[] bytes) {
        Read whole = read(bytes, bytes.length);
        Read expected = ProxyReference.read(bytes);
        if (!whole.equals(expected)) {
            throw new Violation("a PROXY protocol header was read as " + whole + " (expected " + expected + ")");
        }
        if (whole instanceof Read.More && bytes.length > 0 && bytes.length >= most(bytes)) {
            throw new Violation(
                    bytes.length + " bytes are no PROXY protocol header yet (expected < " + most(bytes) + ")");
        }
        for (int come = 0; come < Math.min(EACH, bytes.length); come++) {
            agrees(read(bytes, come), whole, come);
        }
        for (int come : Cuts.any(bytes, random)) {
            agrees(read(bytes, come), whole, come);
        }
        return signature(bytes, whole);
    }

    private static int most(byte[] bytes) {
        return bytes[0] == 'P' ? ProxyReference.MAX_LINE : ProxyReference.MAX_BLOCK;
    }

    private static Read read(byte[] bytes, int come) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, come);
        try {
            ProxyHeader header = ProxyHeader.read(in);
            if (header == null && in.readerIndex() != 0) {
                throw new Violation("bytes of a PROXY protocol header were taken before it was whole");
            }
            return header == null ? new Read.More() : new Read.Header(header.source(), in.readerIndex());
        } catch (MalformedException refused) {
            return new Read.Refused();
        } finally {
            in.release();
        }
    }

    /** What came first may be too little to tell; else it is told as the whole is. */
    private static void agrees(Read first, Read whole, int come) {
        if (!(first instanceof Read.More) && !first.equals(whole)) {
            throw new Violation("the first " + come + " bytes of a PROXY protocol header are " + first + " (expected "
                    + whole + ")");
        }
    }

    private static String signature(byte[] bytes, Read read) {
        String form = bytes.length == 0 ? "" : bytes[0] == 'P' ? "1" : bytes[0] == '\r' ? "2" : "-";
        String kind = form.equals("2") && bytes.length >= 16 ? Arrays.toString(new byte[] {bytes[12], bytes[13]}) : "";
        return switch (read) {
            case Read.More _ -> "p" + form + "more" + Integer.numberOfLeadingZeros(bytes.length);
            case Read.Refused _ -> "p" + form + "refused" + kind;
            case Read.Header(var source, var length) ->
                "p" + form + kind + (source == null ? "-" : "" + source.getAddress().length)
                        + Integer.numberOfLeadingZeros(length) + (length < bytes.length);
        };
    }
}
