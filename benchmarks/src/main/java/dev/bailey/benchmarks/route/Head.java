package dev.bailey.benchmarks.route;

import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.Text;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request that holds its head as bytes, as the gateway does: {@code GET path} with one header. */
final class Head implements RequestFacts {

    private static final String METHOD = "GET";

    private final byte[] bytes;
    private final int pathEnd;
    private final int valueFrom;
    private final String name;

    Head(String path, String lowerCaseName, String value) {
        byte[] line = (METHOD + " " + path).getBytes(StandardCharsets.US_ASCII);
        byte[] before = (METHOD + " " + path + " HTTP/1.1\r\nhost: shop.example\r\n" + lowerCaseName + ": ")
                .getBytes(StandardCharsets.US_ASCII);
        this.bytes = (new String(before, StandardCharsets.US_ASCII) + value).getBytes(StandardCharsets.US_ASCII);
        this.pathEnd = line.length;
        this.valueFrom = before.length;
        this.name = lowerCaseName;
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public String path() {
        return new String(bytes, METHOD.length() + 1, pathEnd - METHOD.length() - 1, StandardCharsets.US_ASCII);
    }

    @Override
    public void path(Text into) {
        into.set(bytes, METHOD.length() + 1, pathEnd);
    }

    @Override
    public String query() {
        return "";
    }

    @Override
    public @Nullable String header(String asked) {
        return asked.equalsIgnoreCase(name)
                ? new String(bytes, valueFrom, bytes.length - valueFrom, StandardCharsets.US_ASCII)
                : null;
    }

    @Override
    public boolean header(String lowerCaseName, Text into) {
        if (!lowerCaseName.equals(name)) {
            return false;
        }
        into.set(bytes, valueFrom, bytes.length);
        return true;
    }
}
