package dev.bailey.app.demo;

import dev.bailey.app.demo.FaultProxy.Mode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pieces of network of a run that can be broken. Put in while its world starts; thread-safe after that. */
final class FaultLinks implements AutoCloseable {

    private final Map<FaultPlace, FaultProxy> proxies = new LinkedHashMap<>();

    /** Puts a link before what listens at a port; gives the port at which it is found from now on. */
    int before(FaultPlace link, int port) throws IOException {
        FaultProxy proxy = FaultProxy.to(port);
        proxies.put(link, proxy);
        return proxy.port();
    }

    FaultProxy of(FaultPlace link) {
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
