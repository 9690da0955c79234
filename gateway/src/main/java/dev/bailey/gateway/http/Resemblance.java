package dev.bailey.gateway.http;

import java.util.Arrays;

/**
 * Names that a server in CGI's tradition, which takes an underscore for a dash, would read as another. One that looks like a
 * field that frames the message is refused; one that looks like a field the gateway vouches for stays behind.
 */
final class Resemblance {

    private static final int SHORTEST = "x-request-id".length();
    private static final int LONGEST = "x-bailey-timeout-ms".length();

    private static final long FRAMES = Known.bit(Known.CONTENT_LENGTH) | Known.bit(Known.TRANSFER_ENCODING);
    private static final long VOUCHED_FOR = Known.bit(Known.X_FORWARDED_FOR)
            | Known.bit(Known.X_FORWARDED_PROTO)
            | Known.bit(Known.X_FORWARDED_HOST)
            | Known.bit(Known.X_REQUEST_ID)
            | Known.bit(Known.X_BAILEY_SIDE)
            | Known.bit(Known.X_BAILEY_TIMEOUT_MS);

    private Resemblance() {}

    /** What a name that is none of the known ones counts as: {@link Known#OTHER} or {@link Known#DISGUISED}. */
    static int of(byte[] bytes, int from, int to) throws MalformedException {
        int length = to - from;
        if (length < SHORTEST || length > LONGEST) {
            return Known.OTHER;
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] == '_') {
                return dashed(bytes, from, to);
            }
        }
        return Known.OTHER;
    }

    private static int dashed(byte[] bytes, int from, int to) throws MalformedException {
        byte[] name = Arrays.copyOfRange(bytes, from, to);
        for (int i = 0; i < name.length; i++) {
            name[i] = name[i] == '_' ? (byte) '-' : name[i];
        }
        long known = Known.bit(Known.of(name, 0, name.length));
        if ((known & FRAMES) != 0) {
            throw new MalformedException(400, "a header field's name resembles one that frames the message");
        }
        return (known & VOUCHED_FOR) != 0 ? Known.DISGUISED : Known.OTHER;
    }
}
