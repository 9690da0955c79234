package dev.bailey.model.spec;

/**
 * Bounds of HTTP/2 from clients, for each connection.
 *
 * @param maxStreams requests under way
 * @param maxHeaderListBytes size of a request's headers, as RFC 9113 counts it
 * @param maxResetsPerSecond requests that the client may cancel before the connection is closed
 * @param windowBytes flow-control window of the connection and of each request's body
 */
public record Http2Spec(int maxStreams, int maxHeaderListBytes, int maxResetsPerSecond, int windowBytes) {

    public static final Http2Spec DEFAULTS = new Http2Spec(128, 32 << 10, 200, 256 << 10);
}
