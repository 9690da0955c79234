package dev.bailey.model.spec;

import dev.bailey.model.spec.ReachSpec.HttpVersion;
import dev.bailey.model.spec.ReachSpec.Tls;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code legacy} or {@code modern}. */
final class ServiceReader {

    private static final URI NOWHERE = URI.create("http:///");
    private static final Map<String, HttpVersion> VERSIONS = versions();
    private static final int MOST_CONNECTIONS = 100_000;

    private ServiceReader() {}

    private static Map<String, HttpVersion> versions() {
        Map<String, HttpVersion> versions = new LinkedHashMap<>();
        versions.put("auto", HttpVersion.AUTO);
        versions.put("1.1", HttpVersion.HTTP_1_1);
        versions.put("2", HttpVersion.HTTP_2);
        return versions;
    }

    /** @param usualConnections to one address, where the service does not say it */
    static ServiceSpec read(Fields file, String side, int usualConnections) {
        Fields service = file.fields(side, Shape.SERVICE).orElse(null);
        if (service == null) {
            file.missing(
                    side, "say where it is, such as " + side + ": { url: http://127.0.0.1:8081, health: /health }");
            return new ServiceSpec(NOWHERE, Optional.empty(), List.of(), Optional.empty());
        }
        service.required("url", "say where it is, such as url: http://127.0.0.1:8081");
        URI url = service.amount(
                "url", NOWHERE, "an http or https URL such as http://127.0.0.1:8081", AddressFields::service);
        service.text("health")
                .filter(path -> !path.matches("/[!-~]*"))
                .ifPresent(path -> service.error(
                        "health",
                        "'health' is '" + Fields.shortened(path) + "' (expected a path such as /health)",
                        "begin it with a slash"));
        Optional<Tls> tls = service.fields("tls", Shape.SERVICE_TLS).map(ServiceReader::tls);
        if (tls.isPresent() && "http".equalsIgnoreCase(url.getScheme()) && url.getHost() != null) {
            service.unwanted(
                    "tls",
                    "'tls' for a service whose url is http (expected https)",
                    "write the url with https://, or delete 'tls'");
        }
        return new ServiceSpec(
                url,
                service.text("health"),
                service.texts("code"),
                service.text("contract"),
                reach(service, tls, usualConnections));
    }

    private static ReachSpec reach(Fields service, Optional<Tls> tls, int usualConnections) {
        ReachSpec usual = ReachSpec.DEFAULTS;
        OptionalInt connections = service.has("connections")
                ? OptionalInt.of(service.count("connections", 1, MOST_CONNECTIONS, usualConnections))
                : OptionalInt.empty();
        int most = connections.orElse(usualConnections);
        int warm = service.count("warm", 0, MOST_CONNECTIONS, usual.warm());
        if (warm > most) {
            service.error(
                    "warm",
                    "warm " + warm + " is more than connections " + most + " (expected at most as many)",
                    "keep fewer warm, or allow more with connections:");
            warm = usual.warm();
        }
        return new ReachSpec(
                AddressFields.connecting(service, "addresses"),
                service.choice("http", VERSIONS, usual.http()),
                tls,
                service.fields("check", Shape.CHECK).map(ServiceReader::check).orElse(usual.check()),
                service.fields("eject", Shape.EJECT).map(ServiceReader::eject).orElse(usual.eject()),
                connections,
                warm);
    }

    private static Tls tls(Fields in) {
        Optional<String> certificate = AddressFields.file(in, "certificate");
        Optional<String> key = AddressFields.file(in, "key");
        if (in.has("certificate") != in.has("key")) {
            String there = in.has("key") ? "key" : "certificate";
            String absent = in.has("key") ? "certificate" : "key";
            in.error(
                    there,
                    "'" + there + "' without '" + absent + "' (expected both or neither)",
                    "name the PEM file of the " + (absent.equals("key") ? "private key" : "certificate chain")
                            + " too: " + absent + ": client-" + absent + ".pem");
        }
        Optional<String> serverName = in.amount(
                "serverName",
                Optional.empty(),
                "a host name such as orders.example",
                text -> text.matches("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})") ? Optional.of(text) : null);
        boolean both = certificate.isPresent() && key.isPresent();
        return new Tls(
                AddressFields.file(in, "ca"),
                both ? certificate : Optional.empty(),
                both ? key : Optional.empty(),
                serverName);
    }

    private static CheckSpec check(Fields in) {
        CheckSpec usual = CheckSpec.DEFAULTS;
        Duration interval = AmountFields.any(in, "interval", usual.interval());
        boolean on = !interval.isZero();
        Duration unsaid = on && usual.timeout().compareTo(interval) > 0 ? interval : usual.timeout();
        Duration timeout = AmountFields.positive(in, "timeout", unsaid);
        if (on && timeout.compareTo(interval) > 0) {
            in.error(
                    "timeout",
                    "timeout " + Amounts.text(timeout) + " is longer than interval " + Amounts.text(interval)
                            + " (expected at most that)",
                    "make it at most " + Amounts.text(interval));
            timeout = unsaid;
        }
        return new CheckSpec(
                interval,
                timeout,
                in.count("healthyAfter", 1, 100, usual.healthyAfter()),
                in.count("unhealthyAfter", 1, 100, usual.unhealthyAfter()));
    }

    private static EjectSpec eject(Fields in) {
        EjectSpec usual = EjectSpec.DEFAULTS;
        return new EjectSpec(
                in.count("failures", 0, 100_000, usual.failures()),
                AmountFields.positive(in, "for", usual.duration()),
                AmountFields.wholePercent(in, "most", usual.mostPercent()));
    }
}
