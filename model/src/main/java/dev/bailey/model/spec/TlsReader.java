package dev.bailey.model.spec;

import dev.bailey.model.spec.TlsSpec.ClientAuth;
import dev.bailey.model.spec.TlsSpec.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code tls}: how clients are spoken to. */
final class TlsReader {

    private static final Map<String, ClientAuth> AUTH = auth();
    private static final Map<String, Version> VERSIONS = versions();

    private TlsReader() {}

    private static Map<String, ClientAuth> auth() {
        Map<String, ClientAuth> auth = new LinkedHashMap<>();
        auth.put("required", ClientAuth.REQUIRED);
        auth.put("optional", ClientAuth.OPTIONAL);
        return auth;
    }

    private static Map<String, Version> versions() {
        Map<String, Version> versions = new LinkedHashMap<>();
        versions.put("1.2", Version.TLS_1_2);
        versions.put("1.3", Version.TLS_1_3);
        return versions;
    }

    static TlsSpec read(Fields in) {
        if (!in.has("certificate")) {
            in.missing("certificate", "name the PEM file of the certificate chain: certificate: tls/chain.pem");
        }
        if (!in.has("key")) {
            in.missing("key", "name the PEM file of the private key: key: tls/key.pem");
        }
        Optional<String> clientCa = AddressFields.file(in, "clientCa");
        ClientAuth auth = in.choice("clientAuth", AUTH, ClientAuth.REQUIRED);
        if (in.has("clientAuth") && !in.has("clientCa")) {
            in.error(
                    "clientAuth",
                    "'clientAuth' without 'clientCa' (expected whose certificates to accept)",
                    "add clientCa: with the PEM file of the authorities, or delete 'clientAuth'");
        }
        return new TlsSpec(
                AddressFields.file(in, "certificate").orElse("?"),
                AddressFields.file(in, "key").orElse("?"),
                clientCa,
                clientCa.isPresent() ? auth : ClientAuth.NONE,
                in.choice("minVersion", VERSIONS, Version.TLS_1_2));
    }
}
