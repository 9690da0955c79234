package dev.bailey.simulation;

import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.model.write.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One write of one client, and what the client was told of it. Its tag goes with every request that carries it, and stays in
 * what it writes.
 *
 * @param entity empty for a create, whose key the service gives
 * @param key the idempotency key that the client gives
 * @param bodyKept false for a body above the bound
 */
record Write(String client, String tag, Kind kind, Optional<String> entity, Optional<String> key, boolean bodyKept) {

    static final String TAG = "X-Write";
    static final String CLIENT = "X-Client";

    enum Kind {
        CREATE,
        PUT,
        ADD,
        DELETE
    }

    String method() {
        return switch (kind) {
            case CREATE, ADD -> "POST";
            case PUT -> "PUT";
            case DELETE -> "DELETE";
        };
    }

    String target() {
        return switch (kind) {
            case CREATE -> "/items";
            case ADD -> "/items/" + entity.orElseThrow() + "/add";
            case PUT, DELETE -> "/items/" + entity.orElseThrow();
        };
    }

    byte[] body() {
        return switch (kind) {
            case CREATE -> ("{\"text\":\"" + tag + "\"}").getBytes(StandardCharsets.UTF_8);
            case PUT, ADD -> tag.getBytes(StandardCharsets.UTF_8);
            case DELETE -> new byte[0];
        };
    }

    List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header(TAG, tag));
        key.ifPresent(value -> {
            headers.add(new Header("Idempotency-Key", value));
            headers.add(new Header(CLIENT, client));
        });
        return headers;
    }

    /** As the gateway sends it on, with the key it was given for it. */
    BufferedRequest request(Optional<String> key) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header(TAG, tag));
        key.ifPresent(value -> headers.add(new Header("Idempotency-Key", value)));
        return new BufferedRequest(method(), target(), headers, body());
    }

    @Override
    public String toString() {
        return tag + " " + kind + entity.map(key -> " " + key).orElse("");
    }

    /** What the client got to know. */
    sealed interface Told {
        record Done(int status, @Nullable String entity) implements Told {}

        /**
         * The authority said no.
         *
         * @param lasting false when a restart may not know it any more
         */
        record Rejected(int status, boolean lasting) implements Told {}

        /**
         * The gateway said no, without sending anything.
         *
         * @param later whether it asks the client to come again later
         */
        record Refused(int status, String why, boolean later) implements Told {}

        record Unknown(String why) implements Told {}
    }
}
