package dev.bailey.model.spec;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The addresses, networks, URLs and paths of files that a map of the file holds. Nothing is looked up. */
final class AddressFields {

    private static final int LONGEST_PATH = 4_096;

    private AddressFields() {}

    /** Where to listen; port 0 is any free port. */
    static HostPort listening(Fields fields, String key, HostPort otherwise) {
        return fields.amount(
                key, otherwise, "an address such as 127.0.0.1:8080 or [::1]:8080", AddressFields::hostPort);
    }

    /** Where to connect: at least one address, each once. */
    static List<HostPort> connecting(Fields fields, String key) {
        List<HostPort> addresses = new ArrayList<>();
        List<Located> items = fields.items(key);
        for (int i = 0; i < items.size(); i++) {
            Located item = items.get(i);
            String at = fields.at(key) + "[" + i + "]";
            HostPort address =
                    fields.text(item, at).map(AddressFields::hostPort).orElse(null);
            if (address == null || address.port() == 0) {
                wrong(fields, item, at, "address", "a host and its port, such as 10.0.0.5:8081 or [fd00::5]:8081");
            } else if (addresses.contains(address)) {
                fields.problems()
                        .error(item, at, "address " + address + " stands twice (expected once)", "delete one of them");
            } else {
                addresses.add(address);
            }
        }
        if (items.isEmpty() && fields.value(key) instanceof Located.Sequence) {
            fields.error(
                    key,
                    "'" + key + "' is empty (expected at least one address)",
                    "list where to connect, or delete the line to use the url's own host");
        }
        return addresses;
    }

    static List<Network> networks(Fields fields, String key) {
        List<Network> networks = new ArrayList<>();
        List<Located> items = fields.items(key);
        for (int i = 0; i < items.size(); i++) {
            Located item = items.get(i);
            String at = fields.at(key) + "[" + i + "]";
            String text = fields.text(item, at).orElse("");
            Network network = Network.parse(text).orElse(null);
            if (network == null) {
                wrong(fields, item, at, "network", "a network such as 10.0.0.0/8 or fd00::/8, or one address");
                continue;
            }
            if (!network.begins(text)) {
                fields.problems()
                        .error(
                                item,
                                at,
                                "network " + Fields.shown(item) + " has bits beyond its prefix (expected its first"
                                        + " address)",
                                "write " + network + ", or the prefix you mean");
            }
            networks.add(network);
        }
        return networks;
    }

    /** Tells it of an item that is text; of any other it is told already. */
    private static void wrong(Fields fields, Located item, String at, String what, String expected) {
        if (item instanceof Located.Scalar scalar && !scalar.text().isBlank() && scalar.kind() != Located.Kind.NULL) {
            fields.problems()
                    .error(
                            item,
                            at,
                            what + " " + Fields.shown(item) + " (expected " + expected + ")",
                            "write " + expected);
        }
    }

    /** The path of a file, as written. The file itself is not looked at; what is no path may be a key, and is not shown. */
    static Optional<String> file(Fields fields, String key) {
        Optional<String> text = fields.text(key);
        if (text.isPresent() && !isPath(text.get())) {
            fields.error(
                    key,
                    "'" + key + "' is no path (expected that of a PEM file, not what stands in it)",
                    "write the path alone, relative to this file, such as " + key + ": tls/"
                            + key.toLowerCase(Locale.ROOT) + ".pem");
            return Optional.empty();
        }
        return text;
    }

    private static boolean isPath(String text) {
        return text.length() <= LONGEST_PATH
                && !text.contains("-----BEGIN")
                && text.chars().noneMatch(Character::isISOControl);
    }

    /** A service's URL. */
    static @Nullable URI service(String text) {
        URI url = web(text);
        return url != null && url.getRawQuery() == null && url.getRawFragment() == null ? url : null;
    }

    /** Any http or https URL without a user in it. */
    static @Nullable URI web(String text) {
        try {
            URI url = new URI(text);
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            boolean right = (scheme.equals("http") || scheme.equals("https"))
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getPort() <= 65_535
                    && url.getPort() != 0;
            return right ? url : null;
        } catch (URISyntaxException none) {
            return null;
        }
    }

    private static @Nullable HostPort hostPort(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean v6 = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
        String bare = v6 ? host.substring(1, host.length() - 1) : host;
        boolean wrong = bare.isEmpty()
                || (v6 ? !bare.matches("[0-9A-Fa-f:.%]+") : !bare.matches("[A-Za-z0-9._-]+"))
                || !port.matches("[0-9]{1,5}")
                || Integer.parseInt(port) > 65_535;
        return wrong ? null : new HostPort(bare, Integer.parseInt(port));
    }
}
