package dev.bailey.benchmarks.fuzz;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Fields;
import dev.bailey.gateway.http.HeadReader;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Scratch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What must hold of every input; returns what the input came to, so that a new behaviour is told from a known one. */
final class Properties {

    private static final int VARIANTS = 3;
    private static final int MAX_MESSAGES = 3;
    private static final int[] WHOLE = {};
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Random random;
    private final Scratch scratch = new Scratch();
    private final HeadReader again = new HeadReader();
    private final Reading<RequestHead> requests = Reading.requests(scratch);
    private final Reading<AnswerHead> answers = Reading.answers(scratch, false);
    private final Reading<AnswerHead> answersToHead = Reading.answers(scratch, true);

    private final ProxyHeaders proxyHeaders;

    Properties(Random random) {
        this.random = random;
        this.proxyHeaders = new ProxyHeaders(random);
    }

    /** @throws Violation when something does not hold */
    String check(Input input) {
        return switch (input.kind()) {
            case REQUEST -> request(input.bytes());
            case ANSWER -> answer(input.bytes());
            case PROXY -> proxyHeaders.check(input.bytes());
        };
    }

    private String request(byte[] bytes) {
        Trace<RequestHead> trace = requests.read(bytes, WHOLE);
        splitsDoNotMatter(requests, trace, bytes);
        for (Trace.Message<RequestHead> message : trace.messages) {
            readsBackTheSame(message.head);
            nothingIsSmuggled(message);
        }
        return signature(trace);
    }

    private String answer(byte[] bytes) {
        boolean toHead = random.nextInt(4) == 0;
        Reading<AnswerHead> reading = toHead ? answersToHead : answers;
        Trace<AnswerHead> trace = reading.read(bytes, WHOLE);
        splitsDoNotMatter(reading, trace, bytes);
        for (Trace.Message<AnswerHead> message : trace.messages) {
            readsBackTheSame(message.head, toHead);
            nothingIsSplit(message, toHead);
        }
        return signature(trace);
    }

    /** A head that waits for the end of a line may be refused a line later than one that came whole, but no later. */
    private <H extends Fields> void splitsDoNotMatter(Reading<H> reading, Trace<H> whole, byte[] bytes) {
        int[] cuts = Cuts.any(bytes, random);
        if (whole.difference(reading.read(bytes, cuts)) != null) {
            byte[] ended = Arrays.copyOf(bytes, bytes.length + END.length);
            System.arraycopy(END, 0, ended, bytes.length, END.length);
            String difference = reading.read(ended, WHOLE).difference(reading.read(ended, cuts));
            if (difference != null) {
                throw new Violation(difference + "; cuts " + Arrays.toString(cuts));
            }
        }
    }

    private void readsBackTheSame(RequestHead head) {
        try {
            RequestHead second = again.request(head.bytes(), 0, head.bytes().length);
            if (second == null
                    || again.consumed() != head.bytes().length
                    || !second.method().equals(head.method())
                    || !second.target().equals(head.target())
                    || !second.path().equals(head.path())
                    || second.bodyLength() != head.bodyLength()
                    || second.keepAlive() != head.keepAlive()
                    || second.upgrades() != head.upgrades()
                    || second.expectsContinue() != head.expectsContinue()) {
                throw new Violation("an accepted request's head is another one when it is read again");
            }
            sameFields(head, second);
        } catch (MalformedException refused) {
            throw new Violation("an accepted request's head is refused when it is read again: " + refused.reason());
        }
    }

    private void readsBackTheSame(AnswerHead head, boolean toHead) {
        try {
            AnswerHead second = again.answer(head.bytes(), 0, head.bytes().length, toHead);
            if (second == null
                    || again.consumed() != head.bytes().length
                    || second.status() != head.status()
                    || second.bodyLength() != head.bodyLength()
                    || second.keepAlive() != head.keepAlive()) {
                throw new Violation("an accepted answer's head is another one when it is read again");
            }
            sameFields(head, second);
        } catch (MalformedException refused) {
            throw new Violation("an accepted answer's head is refused when it is read again: " + refused.reason());
        }
    }

    private static void sameFields(Fields first, Fields second) {
        boolean same = first.count() == second.count()
                && first.present() == second.present()
                && Arrays.equals(first.bytes(), second.bytes());
        for (int field = 0; same && field < first.count(); field++) {
            same = first.known(field) == second.known(field)
                    && first.name(field).equals(second.name(field))
                    && first.value(field).equals(second.value(field))
                    && first.value(field).equals(first.value(field).strip());
        }
        if (!same) {
            throw new Violation("the fields of an accepted head are others when they are read again");
        }
    }

    private void nothingIsSmuggled(Trace.Message<RequestHead> message) {
        String line = NextHop.line(message.head);
        byte[] streamed = NextHop.streamed(message, random);
        readsAsOneRequest(streamed, line, message);
        if (message.complete) {
            readsAsOneRequest(NextHop.whole(message, anyName(message.head)), line, message);
        }
    }

    private @Nullable String anyName(Fields head) {
        return head.count() == 0 || random.nextBoolean() ? null : head.name(random.nextInt(head.count()));
    }

    private void readsAsOneRequest(byte[] written, String line, Trace.Message<RequestHead> message) {
        readAs(Leniency.STRICT, written, line, message);
        readAs(Leniency.CGI, written, line, message);
        for (int i = 0; i < VARIANTS; i++) {
            readAs(Leniency.any(random), written, line, message);
        }
    }

    private static void readAs(Leniency leniency, byte[] written, String line, Trace.Message<RequestHead> message) {
        compare("request", new LenientReader(leniency, written).requests(), line, message, leniency, written);
    }

    private void nothingIsSplit(Trace.Message<AnswerHead> message, boolean toHead) {
        byte[] written = NextHop.answer(message, toHead, random);
        String line = NextHop.line(message.head);
        for (int i = 0; i < VARIANTS; i++) {
            Leniency leniency = i == 0 ? Leniency.CGI : Leniency.any(random);
            boolean untilClose = message.head.status() >= 200 && written.length == 0;
            if (!untilClose) {
                compare(
                        "answer",
                        new LenientReader(leniency, written).answers(toHead),
                        line,
                        message,
                        leniency,
                        written);
            }
        }
    }

    private static void compare(
            String what,
            List<LenientReader.Message> read,
            String line,
            Trace.Message<?> message,
            Leniency leniency,
            byte[] written) {
        String body = message.body.toString(StandardCharsets.ISO_8859_1);
        boolean one = read.size() == 1 && read.getFirst().complete() == message.complete;
        if (one && message.complete) {
            one = read.getFirst().start().equals(line) && read.getFirst().body().equals(body);
        }
        if (!one) {
            throw new Violation("the next hop reads " + read.size() + " messages (expected one " + what + ", complete "
                    + message.complete + ") when it is " + leniency + "; it was written\n"
                    + new String(written, StandardCharsets.ISO_8859_1));
        }
    }

    /** What a reading came to, but for its words. */
    static String signature(Trace<?> trace) {
        StringJoiner joined = new StringJoiner("|");
        joined.add(trace.status + " " + trace.refusal);
        for (int i = 0; i < Math.min(MAX_MESSAGES, trace.messages.size()); i++) {
            Trace.Message<?> message = trace.messages.get(i);
            joined.add(facts(message.head)
                    + bucket(message.head.count() / 4)
                    + message.complete
                    + (message.body.size() > 0)
                    + (message.trailers == null ? "" : "t"));
        }
        return joined.toString();
    }

    private static final long TOLD_APART =
            Known.bit(Known.CONTENT_LENGTH) | Known.bit(Known.TRANSFER_ENCODING) | Known.bit(Known.CONNECTION);

    private static String facts(Fields head) {
        String present = Long.toHexString(head.present() & TOLD_APART) + (head.namesHopByHop() ? "n" : "");
        return switch (head) {
            case RequestHead request -> {
                boolean usual = request.method().length() < 8;
                yield "q" + (usual ? request.method().charAt(0) : '-') + present + flags(request);
            }
            case AnswerHead answer ->
                "a" + (answer.status() < 210 ? answer.status() : answer.status() / 100) + present
                        + Math.min(0, answer.bodyLength()) + answer.keepAlive();
            default -> throw new AssertionError(head);
        };
    }

    private static String flags(RequestHead head) {
        return (head.isHttp10() ? "o" : "")
                + (head.keepAlive() ? "k" : "")
                + (head.expectsContinue() ? "e" : "")
                + (head.upgrades() ? "u" : "")
                + (head.query().isEmpty() ? "" : "?")
                + Math.min(0, head.bodyLength());
    }

    private static int bucket(int count) {
        return 32 - Integer.numberOfLeadingZeros(count);
    }
}
