package dev.bailey.benchmarks.fuzz;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.BodyReader;
import dev.bailey.gateway.http.Fields;
import dev.bailey.gateway.http.HeadInput;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.http.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Reads a connection's bytes as the gateway does, cut into parts: heads and bodies in turn. Used by one thread. */
abstract class Reading<H extends Fields> {

    private final Scratch scratch;

    private Reading(Scratch scratch) {
        this.scratch = scratch;
    }

    static Reading<RequestHead> requests(Scratch scratch) {
        return new Reading<>(scratch) {
            @Override
            @Nullable
            RequestHead head(HeadInput heads, ByteBuf in) throws MalformedException {
                return heads.request(in);
            }

            @Override
            long bodyLength(RequestHead head) {
                return head.bodyLength();
            }
        };
    }

    static Reading<AnswerHead> answers(Scratch scratch, boolean toHead) {
        return new Reading<>(scratch) {
            @Override
            @Nullable
            AnswerHead head(HeadInput heads, ByteBuf in) throws MalformedException {
                return heads.answer(in, toHead);
            }

            @Override
            long bodyLength(AnswerHead head) {
                return head.bodyLength();
            }
        };
    }

    abstract @Nullable H head(HeadInput heads, ByteBuf in) throws MalformedException;

    abstract long bodyLength(H head);

    /** @param cuts where a new part begins, ascending */
    Trace<H> read(byte[] bytes, int[] cuts) {
        HeadInput heads = new HeadInput(scratch);
        BodyReader body = new BodyReader(scratch.heads());
        Trace<H> trace = new Trace<>();
        BodyReader.Sink sink = new BodyReader.Sink() {
            @Override
            public void data(ByteBuf piece) {
                trace.last().add(piece);
            }

            @Override
            public void end(@Nullable Trailers trailers) {
                trace.last().end(trailers);
            }
        };
        int from = 0;
        for (int i = 0; i <= cuts.length && trace.refusal == null; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            part(Unpooled.wrappedBuffer(bytes, from, to - from), heads, body, sink, trace);
            from = to;
        }
        if (body.isUntilClose()) {
            body.stop();
            trace.last().end(null);
        }
        return trace;
    }

    private void part(ByteBuf in, HeadInput heads, BodyReader body, BodyReader.Sink sink, Trace<H> trace) {
        try {
            while (in.isReadable()) {
                int before = in.readableBytes();
                if (body.isReading()) {
                    body.read(in, sink);
                } else {
                    begin(head(heads, in), body, trace);
                }
                if (in.readableBytes() == before) {
                    throw new Violation("nothing was read of " + before + " bytes");
                }
            }
        } catch (MalformedException refused) {
            trace.refusal = refused.reason();
            trace.status = refused.status();
        }
        if (in.refCnt() != 1) {
            throw new Violation("a buffer has " + in.refCnt() + " owners (expected 1)");
        }
    }

    private void begin(@Nullable H head, BodyReader body, Trace<H> trace) {
        if (head == null) {
            return;
        }
        Trace.Message<H> message = new Trace.Message<>(head);
        trace.messages.add(message);
        body.begin(bodyLength(head));
        if (!body.isReading()) {
            message.end(null);
        }
    }
}
