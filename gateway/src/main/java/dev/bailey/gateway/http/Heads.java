package dev.bailey.gateway.http;

import java.util.function.Consumer;

/** Makes heads that no one sent. */
public final class Heads {

    private Heads() {}

    /**
     * An answer of the gateway's own.
     *
     * @param fields writes whole lines
     * @throws IllegalArgumentException when a line is not a header field
     */
    public static AnswerHead answer(int status, Consumer<ByteWriter> fields) {
        ByteWriter out = new ByteWriter(256);
        out.ascii("HTTP/1.1 ")
                .decimal(status)
                .ascii(" ")
                .ascii(Reasons.of(status))
                .crlf();
        fields.accept(out);
        out.crlf();
        try {
            AnswerHead head = new HeadReader().answer(out.array(), 0, out.length(), false);
            if (head == null) {
                throw new IllegalArgumentException("a head without an end");
            }
            return head;
        } catch (MalformedException wrong) {
            throw new IllegalArgumentException(wrong.reason(), wrong);
        }
    }
}
