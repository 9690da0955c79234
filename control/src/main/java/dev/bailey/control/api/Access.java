package dev.bailey.control.api;

import dev.bailey.control.command.Role;
import io.javalin.security.RouteRole;

/** Who may call a route: anybody, or a token's holder with a role. */
enum Access implements RouteRole {
    OPEN,
    VIEWER,
    OPERATOR,
    APPROVER;

    boolean allows(Role role) {
        return switch (this) {
            case OPEN -> true;
            case VIEWER -> role.includes(Role.VIEWER);
            case OPERATOR -> role.includes(Role.OPERATOR);
            case APPROVER -> role.includes(Role.APPROVER);
        };
    }
}
