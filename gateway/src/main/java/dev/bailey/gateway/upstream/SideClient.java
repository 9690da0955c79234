package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Sends whole requests to a side, off the clients' path (delivery, shadow, asking again). Thread-safe; each instance has
 * its own bounded connections, so that one use cannot starve another. Stages never complete exceptionally.
 */
public interface SideClient {

    CompletionStage<BufferedAnswer> send(Side side, BufferedRequest request, Duration timeout, int maxBodyBytes);
}
