package dev.bailey.benchmarks.fuzz;

import dev.bailey.gateway.http.Fields;
import dev.bailey.gateway.http.Trailers;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What reading an input came to: messages one after the other, and the refusal at its end where there was one. */
final class Trace<H extends Fields> {

    /** A message, its body so far, and whether its end came. */
    static final class Message<H extends Fields> {
        final H head;
        final ByteArrayOutputStream body = new ByteArrayOutputStream();

        @Nullable
        Trailers trailers;

        boolean complete;

        Message(H head) {
            this.head = head;
        }

        void add(ByteBuf piece) {
            byte[] bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            piece.release();
            body.write(bytes, 0, bytes.length);
        }

        void end(@Nullable Trailers behind) {
            if (complete) {
                throw new Violation("a message ended twice");
            }
            trailers = behind;
            complete = true;
        }

        private boolean isSame(Message<H> other) {
            Trailers mine = trailers;
            Trailers its = other.trailers;
            return Arrays.equals(head.bytes(), other.head.bytes())
                    && complete == other.complete
                    && Arrays.equals(body.toByteArray(), other.body.toByteArray())
                    && (mine == null ? its == null : its != null && Arrays.equals(mine.bytes(), its.bytes()));
        }
    }

    final List<Message<H>> messages = new ArrayList<>();

    @Nullable
    String refusal;

    int status;

    Message<H> last() {
        return messages.getLast();
    }

    /** How two readings of the same bytes, cut in two ways, differ; null when they do not. A length may be noticed earlier. */
    @Nullable
    String difference(Trace<H> other) {
        int common = Math.min(messages.size(), other.messages.size());
        boolean tooLong = isTooLong() || other.isTooLong();
        for (int i = 0; i < common; i++) {
            boolean lastOfEither = i == messages.size() - 1 || i == other.messages.size() - 1;
            if (!messages.get(i).isSame(other.messages.get(i)) && !(tooLong && lastOfEither)) {
                return "message " + i + " differs with the splits";
            }
        }
        if ((refusal == null) != (other.refusal == null)) {
            return "refused or not depends on the splits: " + refusal + " / " + other.refusal;
        }
        if (messages.size() != other.messages.size()) {
            return messages.size() + " or " + other.messages.size() + " messages, depending on the splits";
        }
        boolean same = tooLong || status == other.status || (isBadLine() && other.isBadLine());
        return same ? null : "the refusal depends on the splits: " + refusal + " / " + other.refusal;
    }

    /** What is wrong with a request line is told from as much of it as is there. */
    private boolean isBadLine() {
        return status == 400 || status == 505;
    }

    private boolean isTooLong() {
        return status == 414 || status == 431;
    }
}
