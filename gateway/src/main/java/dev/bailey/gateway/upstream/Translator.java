package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.spec.RouteSpec;
import java.util.Optional;

/**
 * Turns requests and answers between the contract clients speak (legacy's) and a side's own. Thread-safe; bounded by the
 * body it is given. Legacy's side is always the identity.
 */
public interface Translator {

    /** Whether a route's request to (or answer from) a side changes at all; when not, bodies may stream. */
    boolean translates(Side side, RouteSpec route);

    /**
     * The request as the side wants it. For a route whose key is minted in the answer and a known key (delivery, not the
     * first try), the key is first put into the client's JSON body at the route's pointer, so that the follower takes the
     * authority's id. Expressions see the variables {@code $key} and the path's names.
     *
     * @throws TranslationException when the body is not what the expression expects
     */
    BufferedRequest toSide(Side side, RouteMatch match, BufferedRequest request, Optional<EntityKey> key)
            throws TranslationException;

    /** The side's answer body as clients expect it. Bodies of error answers (4xx, 5xx) and empty ones pass unchanged. */
    byte[] fromSide(Side side, RouteMatch match, int status, byte[] body) throws TranslationException;

    /** A document an expression could not turn; the message names route, direction and cause, never the document. */
    final class TranslationException extends Exception {
        public TranslationException(String message, Throwable cause) {
            super(message, cause);
        }

        public TranslationException(String message) {
            super(message);
        }
    }
}
