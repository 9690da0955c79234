package dev.bailey.gateway.upstream;

import dev.bailey.model.write.Header;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What came back for a {@link BufferedRequest}. Expected outcomes are values, not exceptions. */
public sealed interface BufferedAnswer {

    Duration took();

    record Answered(int status, List<Header> headers, byte[] body, Duration took) implements BufferedAnswer {
        public Answered {
            headers = List.copyOf(headers);
        }

        /** The first value of a header. */
        public Optional<String> header(String name) {
            return all(name).stream().findFirst();
        }

        /** Every value of a header, in their order. */
        public List<String> all(String name) {
            return headers.stream()
                    .filter(header -> header.name().equalsIgnoreCase(name))
                    .map(Header::value)
                    .toList();
        }
    }

    /** No answer. {@code sent} is false only where it is proven that no byte of the request reached the service. */
    record Failed(Cause cause, boolean sent, String message, Duration took) implements BufferedAnswer {}

    enum Cause {
        CONNECT,
        TIMEOUT,
        CUT,
        TOO_LARGE,
        BREAKER_OPEN,
        OVERLOADED
    }
}
