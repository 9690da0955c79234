package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.Deadlines;
import dev.bailey.gateway.upstream.EndToEnd;
import dev.bailey.model.phase.Side;
import dev.bailey.model.write.Header;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what came, and the client who waits. Used on its event loop only. It is under way until its client
 * has the answer (or left) and, for a write, until its outcome is settled.
 */
public final class Exchange {

    private final RequestHead head;
    private final byte @Nullable [] givenId;
    private final long idNumber;
    private final Peer peer;
    private final WireFacts facts;
    private final ClientStream client;
    private final Lane lane;
    private final InFlight inFlight;
    private final long startedNanos;
    private final boolean sampled;

    private @Nullable RequestBody body; // of a request without one made when something asks for it
    private int holds = 1;
    private boolean loaded;
    private Versions.@Nullable Ending ending;
    private Pins.@Nullable Beginning pin;
    private boolean clientDone;
    private boolean gone;
    private boolean answering;
    private @Nullable ReadAttempt reading;
    private @Nullable Runnable onGone;
    private @Nullable Runnable onWritable;

    /**
     * @param startedNanos {@code System.nanoTime()} when its head had come
     */
    public Exchange(RequestHead head, Peer peer, ClientStream client, Lane lane, InFlight inFlight, long startedNanos) {
        this.head = head;
        this.givenId = RequestId.given(head);
        this.idNumber = givenId == null ? lane.ids().next() : 0;
        this.peer = peer;
        this.facts = new WireFacts(head, peer, lane.pins());
        this.client = client;
        this.lane = lane;
        this.inFlight = inFlight;
        this.startedNanos = startedNanos;
        this.sampled = lane.traffic().isSampled();
        this.body = head.hasBody() ? newBody() : null;
        inFlight.enter();
    }

    private RequestBody newBody() {
        return new RequestBody(client, head.hasBody(), lane.held());
    }

    /** It was let in: from now on it counts as load until it is over. */
    void admitted() {
        loaded = true;
        lane.load().began();
    }

    public RequestBody body() {
        RequestBody made = body;
        if (made == null) {
            made = newBody();
            body = made;
        }
        return made;
    }

    /** Whether nothing of a body is at hand, and nothing will come. */
    boolean isWithoutBody() {
        return body == null || body.isEmpty();
    }

    /** The connection is gone. Reads are given up; a write that was admitted goes on. */
    public void clientGone() {
        if (clientDone) {
            return;
        }
        gone = true;
        clientDone = true; // first: what fails by it is nobody's answer
        if (body != null) {
            body.cut();
        }
        ReadAttempt attempt = reading;
        Runnable told = onGone;
        if (attempt != null) {
            attempt.clientGone();
        } else if (told != null) {
            told.run();
        }
        clientEnded();
    }

    public void clientWritable() {
        ReadAttempt attempt = reading;
        Runnable told = onWritable;
        if (clientDone) {
            return;
        }
        if (attempt != null) {
            attempt.clientWritable();
        } else if (told != null) {
            told.run();
        }
    }

    RequestHead head() {
        return head;
    }

    String method() {
        return head.method();
    }

    String target() {
        return head.target();
    }

    public String requestId() {
        byte[] given = givenId;
        return given == null ? lane.ids().text(idNumber) : new String(given, StandardCharsets.ISO_8859_1);
    }

    /** Writes the header's line with its id: the client's where it was sane, else a new one; see {@link RequestId}. */
    void idLine(ByteWriter out) {
        byte[] given = givenId;
        if (given == null) {
            lane.ids().line(idNumber, out);
        } else {
            RequestId.line(given, out);
        }
    }

    Peer peer() {
        return peer;
    }

    WireFacts facts() {
        return facts;
    }

    Lane lane() {
        return lane;
    }

    long startedNanos() {
        return startedNanos;
    }

    /**
     * What its caller leaves of a time that begins now, zero or less when the caller waits no longer: it may have stood in a
     * queue meanwhile.
     */
    long callerLeavesNanos(long nanos) {
        long said = CallerDeadline.of(head, peer.isTrusted());
        return said == Deadlines.UNSAID
                ? nanos
                : Math.min(nanos, Deadlines.left(startedNanos, said, System.nanoTime()));
    }

    /** Whether its times are measured in detail. */
    boolean isSampled() {
        return sampled;
    }

    boolean isGone() {
        return gone;
    }

    /** Whether the client has seen a head already, so that nothing else can be answered. */
    boolean isAnswering() {
        return answering;
    }

    /** A read that is told when the client leaves or can take more; the last one only. */
    void during(ReadAttempt attempt) {
        reading = attempt;
    }

    void onGone(Runnable told) {
        onGone = told;
    }

    void onWritable(Runnable told) {
        onWritable = told;
    }

    /** The client's headers that are meant for the other end. */
    List<Header> endToEndHeaders() {
        long dropped =
                (Forwarding.dropped(peer) & ~Known.bit(Known.X_FORWARDED_FOR)) | Known.bit(Known.X_BAILEY_RELAYED);
        List<Header> headers = new ArrayList<>(head.count());
        for (int field = 0; field < head.count(); field++) {
            String name = head.name(field);
            int known = head.known(field);
            boolean drops = known != Known.OTHER && (dropped & Known.bit(known)) != 0;
            if (!drops && !head.isHopByHop(field) && EndToEnd.isSentOn(name)) {
                headers.add(new Header(name, head.value(field)));
            }
        }
        return headers;
    }

    /** Whatever answer it gets says when its version ends. */
    void endsWith(Versions.Ending version) {
        ending = version;
    }

    /** What it belongs to is pinned to the side that will have served it. */
    void pinOnceServed(Pins.Beginning beginning) {
        pin = beginning;
    }

    /**
     * Adds what its version and its pin have to say.
     *
     * @param served null where the gateway itself answers, or the side failed
     */
    void complete(AnswerEdits answer, @Nullable Side served) {
        if (ending != null) {
            answer.drop(ending.replaced()).added().bytes(ending.lines());
        }
        if (pin != null && served != null) {
            lane.pins().begin(pin, served, isSecure(), answer.added());
            pin = null;
        }
    }

    private boolean isSecure() {
        return peer.isSecure() || (peer.isTrusted() && "https".equalsIgnoreCase(head.first(Known.X_FORWARDED_PROTO)));
    }

    boolean isClientWritable() {
        return clientDone || client.isWritable();
    }

    void informational(AnswerHead before) {
        if (!clientDone) {
            client.informational(before);
        }
    }

    void answer(AnswerHead answer, AnswerEdits edits) {
        if (!clientDone) {
            answering = true;
            client.head(answer, edits);
        }
    }

    void answerBody(ByteBuf chunk) {
        if (clientDone) {
            chunk.release();
        } else {
            client.body(chunk);
        }
    }

    void flush() {
        if (!clientDone) {
            client.flush();
        }
    }

    void answerEnd(@Nullable Trailers trailers) {
        if (!clientDone) {
            clientEnded();
            client.answered(trailers);
        }
    }

    /** The answer that began cannot be completed: the client must see that. */
    void abort() {
        if (!clientDone) {
            clientEnded();
            client.abort();
        }
    }

    private void clientEnded() {
        clientDone = true;
        reading = null;
        onGone = null;
        onWritable = null;
        release();
    }

    /** It became a tunnel, which may stay for hours and is no load by itself. */
    void becameTunnel() {
        if (loaded) {
            loaded = false;
            lane.load().ended();
        }
    }

    /** One more reason to be under way. */
    void hold() {
        holds++;
    }

    void release() {
        if (--holds == 0) {
            if (body != null) {
                body.discard();
            }
            if (loaded) {
                loaded = false;
                lane.load().ended();
            }
            inFlight.leave();
        }
    }
}
