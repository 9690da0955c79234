package dev.bailey.gateway.server;

/** Which request ids of clients are taken over: short, and harmless in logs and headers. */
final class RequestIds {

    private static final int MAX = 128;

    private RequestIds() {}

    static boolean isSane(String id) {
        return !id.isEmpty()
                && id.length() <= MAX
                && id.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "-._:+/=@".indexOf(c) >= 0);
    }
}
