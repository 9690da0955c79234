package dev.bailey.gateway.http;

import java.util.Locale;

/**
 * Which offers of another protocol go on to a service. Those that would carry further requests in a form that is not read here
 * stay behind ({@code h2c}, {@code TLS}): a tunnel of them would go past routing. The request is then answered as if nothing had
 * been offered, which RFC 9110, 7.8 allows.
 */
final class Upgrades {

    private Upgrades() {}

    static boolean goOn(FieldReader fields, byte[] bytes, int base) {
        int field = fields.find(Known.UPGRADE, 0);
        if (field < 0 || fields.find(Known.UPGRADE, field + 1) >= 0) {
            return false;
        }
        String offered = Ascii.text(bytes, fields.valueFrom(base, field), fields.valueTo(base, field));
        for (String protocol : offered.toLowerCase(Locale.ROOT).split(",", -1)) {
            String name = protocol.strip();
            if (name.startsWith("h2") || name.startsWith("http") || name.startsWith("tls")) {
                return false;
            }
        }
        return true;
    }
}
