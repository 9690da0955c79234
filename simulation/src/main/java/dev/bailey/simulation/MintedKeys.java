package dev.bailey.simulation;

import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.spec.RouteSpec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Puts the authority's key into a create, as the follower wants it. */
final class MintedKeys implements Translator {

    @Override
    public boolean translates(Side side, RouteSpec route) {
        return false;
    }

    @Override
    public BufferedRequest toSide(Side side, RouteMatch match, BufferedRequest request, Optional<EntityKey> key) {
        if (!match.route().entity().isMinted() || key.isEmpty()) {
            return request;
        }
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return new BufferedRequest(
                request.method(),
                request.target(),
                request.headers(),
                ("{\"id\":\"" + key.get() + "\"," + body.substring(1)).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public byte[] fromSide(Side side, RouteMatch match, int status, byte[] body) {
        return body;
    }
}
