package dev.bailey.control.api;

import dev.bailey.control.access.LoginLimit;
import dev.bailey.control.access.Principal;
import dev.bailey.control.access.Tokens;
import dev.bailey.control.audit.AuditTrail;
import io.javalin.http.Context;
import io.javalin.security.RouteRole;
import java.util.Locale;
import java.util.Optional;

/** Stands before every route: host and origin, then the token, then the role. */
final class Gatekeeper {

    private static final String PRINCIPAL = "bailey.principal";

    private final HostGuard hosts;
    private final Tokens tokens;
    private final LoginLimit limit;
    private final AuditTrail audit;

    Gatekeeper(HostGuard hosts, Tokens tokens, LoginLimit limit, AuditTrail audit) {
        this.hosts = hosts;
        this.tokens = tokens;
        this.limit = limit;
        this.audit = audit;
    }

    /** The caller of a route that needs one. */
    static Principal principal(Context context) {
        Principal principal = context.attribute(PRINCIPAL);
        if (principal == null) {
            throw new IllegalStateException("an open route asked for its caller: " + context.path());
        }
        return principal;
    }

    void checkHost(Context context) {
        hosts.refusal(context.header("Host"), context.header("Origin")).ifPresent(why -> {
            throw new ApiError(
                    ApiError.Code.FOREIGN_ORIGIN,
                    why,
                    "use the address Bailey printed, or add the name to the admin port's host names");
        });
    }

    void checkToken(Context context) {
        for (RouteRole needed : context.routeRoles()) {
            if (needed instanceof Access access && access != Access.OPEN) {
                Principal principal = login(context);
                if (!access.allows(principal.role())) {
                    throw new ApiError(
                            ApiError.Code.FORBIDDEN,
                            principal.actor() + " has the role "
                                    + principal.role().label() + " (expected "
                                    + access.name().toLowerCase(Locale.ROOT) + ")",
                            "ask somebody who has it, or use another token");
                }
                context.attribute(PRINCIPAL, principal);
            }
        }
    }

    private Principal login(Context context) {
        Optional<String> secret = bearer(context);
        Optional<Principal> known = secret.flatMap(tokens::know);
        if (known.isPresent()) {
            return known.get();
        }
        context.header("WWW-Authenticate", "Bearer");
        if (secret.isEmpty()) {
            throw new ApiError(
                    ApiError.Code.UNKNOWN_TOKEN,
                    "no token",
                    "send `Authorization: Bearer TOKEN`; the local one is in the file `token` of the data folder");
        }
        if (!limit.failed(context.ip())) {
            context.header("Retry-After", Long.toString(LoginLimit.retryAfterSeconds()));
            throw new ApiError(
                    ApiError.Code.TOO_MANY,
                    "too many failed logins from " + context.ip(),
                    "wait a minute; a good token is taken at any time");
        }
        audit.failedLogin(context.ip(), "a token that is unknown, expired or revoked, at " + context.path());
        throw new ApiError(
                ApiError.Code.UNKNOWN_TOKEN,
                "the token is unknown, expired or revoked",
                "get a new one with `bailey tokens create`");
    }

    private static Optional<String> bearer(Context context) {
        String header = context.header("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(header.substring(7).strip())
                : Optional.empty();
    }
}
