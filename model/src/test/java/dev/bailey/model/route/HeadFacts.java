package dev.bailey.model.route;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The same request as another one, held as bytes in the midst of others. */
final class HeadFacts implements RequestFacts {

    private static final String BEFORE = "GET /../%";
    private static final String AFTER = "/x%2F HTTP/1.1\r\n";

    private final RequestFacts same;

    HeadFacts(RequestFacts same) {
        this.same = same;
    }

    @Override
    public String method() {
        return same.method();
    }

    @Override
    public String path() {
        return same.path();
    }

    @Override
    public void path(Text into) {
        amidst(same.path(), into);
    }

    @Override
    public String query() {
        return same.query();
    }

    @Override
    public void query(Text into) {
        amidst(same.query(), into);
    }

    @Override
    public @Nullable String header(String name) {
        return same.header(name);
    }

    @Override
    public boolean header(String lowerCaseName, Text into) {
        if (!lowerCaseName.equals(lowerCaseName.toLowerCase(Locale.ROOT))) {
            throw new AssertionError("asked for header " + lowerCaseName + " (expected lower case)");
        }
        String value = same.header(lowerCaseName);
        if (value != null) {
            amidst(value, into);
        }
        return value != null;
    }

    @Override
    public String clientAddress() {
        return same.clientAddress();
    }

    private static void amidst(String text, Text into) {
        byte[] bytes = (BEFORE + text + AFTER).getBytes(StandardCharsets.UTF_8);
        into.set(bytes, BEFORE.length(), bytes.length - AFTER.length());
    }
}
