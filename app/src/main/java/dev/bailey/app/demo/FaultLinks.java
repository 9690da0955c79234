package dev.bailey.app.demo;

import dev.bailey.app.demo.FaultProxy.Mode;
import java.io.IOException;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;

/** The three pieces of network of the demonstration that can be broken. Made before the world whose services they lead to; thread-safe after that. */
final class FaultLinks implements AutoCloseable {

    private final Map<FaultSubject, FaultProxy> proxies = new EnumMap<>(FaultSubject.class);

    /** Puts a link before a service; gives the port at which the gateway finds it. */
    int before(String service, int port) throws IOException {
        return put(service.equals("legacy") ? FaultSubject.GATEWAY_TO_LEGACY : FaultSubject.GATEWAY_TO_MODERN, port);
    }

    /** Puts a link before the gateway; gives where clients find it. */
    URI beforeGateway(int port) throws IOException {
        return URI.create("http://127.0.0.1:" + put(FaultSubject.CLIENTS_TO_GATEWAY, port));
    }

    private int put(FaultSubject link, int port) throws IOException {
        FaultProxy proxy = FaultProxy.to(port);
        proxies.put(link, proxy);
        return proxy.port();
    }

    FaultProxy of(FaultSubject link) {
        FaultProxy proxy = proxies.get(link);
        if (proxy == null) {
            throw new IllegalArgumentException(link + " is no link (expected one of " + proxies.keySet() + ")");
        }
        return proxy;
    }

    /** Answers cut off after their requests were passed on. */
    long answersCut() {
        return proxies.values().stream().mapToLong(FaultProxy::answersCut).sum();
    }

    void heal() throws IOException {
        for (FaultProxy proxy : proxies.values()) {
            proxy.mode(new Mode.Pass());
        }
    }

    @Override
    public void close() throws IOException {
        for (FaultProxy proxy : proxies.values()) {
            proxy.close();
        }
    }
}
