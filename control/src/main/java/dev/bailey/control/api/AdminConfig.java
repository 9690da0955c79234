package dev.bailey.control.api;

import java.util.Set;

/**
 * Settings of the admin port.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param hostNames names besides {@code localhost} and plain addresses under which browsers may reach it
 * @param openMetrics whether {@code /metrics} needs no token
 * @param maxBodyBytes largest request body
 * @param maxWatchers most viewers of {@code /events} at once
 * @param version of Bailey, for display
 */
public record AdminConfig(
        String host,
        int port,
        Set<String> hostNames,
        boolean openMetrics,
        int maxBodyBytes,
        int maxWatchers,
        String version) {

    public AdminConfig {
        hostNames = Set.copyOf(hostNames);
    }

    /** The defaults: metrics open on a loopback address and with a token elsewhere, bodies up to 1 MiB, 64 viewers. */
    public static AdminConfig at(String host, int port, String version) {
        boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
        return new AdminConfig(host, port, Set.of(), loopback, 1 << 20, 64, version);
    }

    public AdminConfig withHostNames(Set<String> names) {
        return new AdminConfig(host, port, names, openMetrics, maxBodyBytes, maxWatchers, version);
    }

    public AdminConfig withOpenMetrics(boolean open) {
        return new AdminConfig(host, port, hostNames, open, maxBodyBytes, maxWatchers, version);
    }
}
