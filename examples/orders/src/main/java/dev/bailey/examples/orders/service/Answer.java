package dev.bailey.examples.orders.service;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a service answers. An empty body is none at all. */
record Answer(int status, byte[] body, Map<String, String> headers) {

    private static final JsonMapper JSON = JsonMapper.shared();

    Answer {
        headers = Map.copyOf(headers);
    }

    static Answer json(int status, JsonNode body) {
        return new Answer(status, JSON.writeValueAsBytes(body), Map.of());
    }

    static Answer empty(int status) {
        return new Answer(status, new byte[0], Map.of());
    }

    /** A refusal that says why. */
    static Answer problem(int status, String why) {
        return json(status, JSON.createObjectNode().put("error", why));
    }

    Answer with(String header, String value) {
        return new Answer(status, body, Map.of(header, value));
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
