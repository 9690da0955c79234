package dev.bailey.gateway.http;

import java.util.Arrays;

/** Fields behind a body (RFC 9110, 6.5), those that must not stand there left out. Immutable. */
public final class Trailers extends Fields {

    Trailers(byte[] bytes, char[] index, long present) {
        super(bytes, index, present);
    }

    /**
     * What was read of {@code bytes}.
     *
     * @param fields read from {@code from} to their end; written over where some are left out
     */
    static Trailers of(FieldReader fields, byte[] bytes, int from) throws MalformedException {
        if ((fields.present() & Known.NOT_IN_TRAILERS) == 0) {
            return new Trailers(Arrays.copyOfRange(bytes, from, fields.ended()), fields.index(), fields.present());
        }
        ByteWriter kept = new ByteWriter(fields.ended() - from);
        for (int field = 0; field < fields.count(); field++) {
            int known = fields.known(field);
            if (known == Known.OTHER || (Known.NOT_IN_TRAILERS & Known.bit(known)) == 0) {
                int lineTo = field + 1 < fields.count() ? fields.nameFrom(from, field + 1) : fields.ended() - 2;
                kept.bytes(bytes, fields.nameFrom(from, field), lineTo);
            }
        }
        byte[] left = kept.crlf().toArray();
        fields.read(left, 0, 0, left.length, left.length);
        return new Trailers(left, fields.index(), fields.present());
    }
}
