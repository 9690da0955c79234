package dev.bailey.model.spec;

import dev.bailey.model.spec.DataSpec.RedisStore;
import dev.bailey.model.spec.DataSpec.RedisStore.Form;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads a side's store that is a Redis database. */
final class RedisReader {

    private static final String URL = "redis://127.0.0.1:6379/0";
    private static final Map<String, Form> FORMS = forms();

    private RedisReader() {}

    private static Map<String, Form> forms() {
        Map<String, Form> forms = new LinkedHashMap<>();
        for (Form form : Form.values()) {
            forms.put(form.name().toLowerCase(Locale.ROOT), form);
        }
        return forms;
    }

    static RedisStore read(Fields store, KeyNames key, ExpressionCheck expressions) {
        String url = store.required("redis", "write redis: " + URL);
        if (!url.equals("?") && !isAddress(url)) {
            store.error(
                    "redis",
                    "'redis' is "
                            + (url.contains("@") ? "a URL with a login" : Fields.shown(store.placeOf("redis")))
                            + " (expected redis://host:port/database or rediss://, without user and password)",
                    "write redis: " + URL + ", with user: and password: beside it");
        }
        if (store.placeOf("password") instanceof Located.Scalar password
                && store.has("password")
                && !password.secret()) {
            store.warning(
                    "password", "a password stands in the file", "write password: ${env:NAME} or ${file:path} instead");
        }
        String written = store.required("keys", "say how a key is called there, such as keys: session:{key}");
        String keys = key.isSingle() ? written.replace("{" + key + "}", "{key}") : written;
        if (!keys.equals("?") && (keys.split("\\{key}", -1).length != 2)) {
            store.error(
                    "keys",
                    "'keys' is " + Fields.shown(store.placeOf("keys")) + " (expected {key} in it, once)",
                    "write it as session:{key}");
        }
        Optional<String> expires = store.text("expires");
        if (expires.isPresent() && key.names().contains(expires.get())) {
            store.error("expires", "'expires' names the key itself", "name another field, such as expires: expiresAt");
        }
        if (expires.isPresent() && store.has("ttl")) {
            store.error("ttl", "'ttl' beside 'expires' (expected one of them)", "delete one of the lines");
        }
        Optional<Duration> ttl = store.has("ttl")
                ? Optional.of(AmountFields.positive(store, "ttl", Duration.ofMinutes(30)))
                : Optional.empty();
        return new RedisStore(
                url,
                store.text("user").orElse(""),
                store.text("password").orElse(""),
                keys,
                store.choice("value", FORMS, Form.JSON),
                expires,
                ttl,
                TranslateReader.expression(store, "read", expressions),
                TranslateReader.expression(store, "write", expressions));
    }

    private static boolean isAddress(String url) {
        try {
            URI read = URI.create(url);
            String scheme = String.valueOf(read.getScheme());
            String path = String.valueOf(read.getPath());
            return (scheme.equals("redis") || scheme.equals("rediss"))
                    && read.getHost() != null
                    && read.getUserInfo() == null
                    && read.getQuery() == null
                    && path.matches("(/|/\\d{1,4})?");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
