package dev.bailey.model.spec;

/** Where to listen, or to connect. Port 0 means any free port to listen at (tests). */
public record HostPort(String host, int port) {

    public HostPort {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " (expected 0 to 65535)");
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
