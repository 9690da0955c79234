package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.EndToEnd;
import dev.bailey.model.write.Header;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what came, and the client who waits. Used on its event loop only. It is under way until its client
 * has the answer (or left) and, for a write, until its outcome is settled.
 */
public final class Exchange {

    private final HttpRequest request;
    private final String requestId;
    private final String clientAddress;
    private final WireFacts facts;
    private final RequestBody body;
    private final ClientStream client;
    private final Lane lane;
    private final InFlight inFlight;
    private final long startedNanos = System.nanoTime();

    private int holds = 1;
    private boolean clientDone;
    private boolean gone;
    private boolean answering;
    private @Nullable Runnable onGone;
    private @Nullable Runnable onWritable;

    /**
     * @param request strictly read: valid names, one way of framing, origin-form target, one {@code Host}
     * @param requestId the client's when it was sane, else a new one
     */
    public Exchange(
            HttpRequest request,
            boolean hasBody,
            String requestId,
            String clientAddress,
            ClientStream client,
            Lane lane,
            InFlight inFlight) {
        this.request = request;
        this.requestId = requestId;
        this.clientAddress = clientAddress;
        this.facts = new WireFacts(request, clientAddress);
        this.body = new RequestBody(client, hasBody);
        this.client = client;
        this.lane = lane;
        this.inFlight = inFlight;
        inFlight.enter();
    }

    public RequestBody body() {
        return body;
    }

    /** The connection is gone. Reads are given up; a write that was admitted goes on. */
    public void clientGone() {
        if (clientDone) {
            return;
        }
        gone = true;
        body.cut();
        Runnable told = onGone;
        if (told != null) {
            told.run();
        }
        clientEnded();
    }

    public void clientWritable() {
        Runnable told = onWritable;
        if (told != null && !clientDone) {
            told.run();
        }
    }

    HttpRequest request() {
        return request;
    }

    String method() {
        return request.method().name();
    }

    String target() {
        return request.uri();
    }

    public String requestId() {
        return requestId;
    }

    String clientAddress() {
        return clientAddress;
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

    boolean isGone() {
        return gone;
    }

    /** Whether the client has seen a head already, so that nothing else can be answered. */
    boolean isAnswering() {
        return answering;
    }

    void onGone(Runnable told) {
        onGone = told;
    }

    void onWritable(Runnable told) {
        onWritable = told;
    }

    /** The client's headers that are meant for the other end. */
    List<Header> endToEndHeaders() {
        HttpHeaders kept = new DefaultHttpHeaders();
        EndToEnd.copy(request.headers(), kept);
        List<Header> headers = new ArrayList<>(kept.size());
        for (Map.Entry<String, String> header : kept) {
            if (EndToEnd.isSentOn(header.getKey())) {
                headers.add(new Header(header.getKey(), header.getValue()));
            }
        }
        return headers;
    }

    boolean isClientWritable() {
        return clientDone || client.isWritable();
    }

    void answer(HttpResponse head) {
        if (!clientDone) {
            answering = true;
            client.head(head);
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

    void answerEnd() {
        if (!clientDone) {
            clientEnded();
            client.end();
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
        onGone = null;
        onWritable = null;
        release();
    }

    /** One more reason to be under way. */
    void hold() {
        holds++;
    }

    void release() {
        if (--holds == 0) {
            body.discard();
            inFlight.leave();
        }
    }
}
