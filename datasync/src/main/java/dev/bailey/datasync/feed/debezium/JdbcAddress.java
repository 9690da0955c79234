package dev.bailey.datasync.feed.debezium;

import dev.bailey.model.spec.FeedSpec.Login;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A JDBC URL taken apart: the engine is told host and port. */
record JdbcAddress(String host, int port, String database, String user, String password, Map<String, String> options) {

    private static final int POSTGRES_PORT = 5432;
    private static final int MARIADB_PORT = 3306;

    /** A URL that the engine cannot use. */
    static final class Unfit extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        Unfit(String message) {
            super(message);
        }
    }

    static JdbcAddress of(Login login) {
        String url = login.jdbc().substring("jdbc:".length());
        URI uri = parsed(url.matches("[a-z]+://.*") ? url : url.replaceFirst(":", "://localhost/"));
        if (uri.getHost() == null) {
            throw new Unfit("the jdbc URL names no single host (expected jdbc:postgresql://host:port/database)");
        }
        Map<String, String> options = new TreeMap<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String part : query.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                options.put(
                        part.substring(0, equals).toLowerCase(Locale.ROOT),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        return new JdbcAddress(
                uri.getHost(),
                uri.getPort() >= 0 ? uri.getPort() : url.startsWith("postgresql:") ? POSTGRES_PORT : MARIADB_PORT,
                path.startsWith("/") ? path.substring(1) : path,
                login.user().isEmpty() ? options.getOrDefault("user", "") : login.user(),
                login.password().isEmpty() ? options.getOrDefault("password", "") : login.password(),
                options);
    }

    /** What stands in the way is not told in the URI's own words: they show the URL, which may hold a password. */
    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new Unfit("the jdbc URL is no URL: it has a sign at position " + e.getIndex()
                    + " that cannot stand there (expected jdbc:postgresql://host:port/database); write it"
                    + " percent-encoded, or give user and password beside the URL");
        }
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    @Override
    public String toString() {
        return "JdbcAddress[" + host + ":" + port + "/" + database + "]";
    }
}
