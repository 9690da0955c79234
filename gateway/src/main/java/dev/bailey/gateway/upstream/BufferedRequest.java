package dev.bailey.gateway.upstream;

import dev.bailey.model.write.Header;
import java.util.List;

/** A request held whole, for delivery and shadow. The target starts with a slash and excludes the side's path prefix. */
public record BufferedRequest(String method, String target, List<Header> headers, byte[] body) {
    public BufferedRequest {
        headers = List.copyOf(headers);
    }
}
