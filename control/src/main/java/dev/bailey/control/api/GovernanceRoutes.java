package dev.bailey.control.api;

import static dev.bailey.control.api.Requests.json;
import static dev.bailey.control.api.Requests.limit;
import static dev.bailey.control.api.Requests.number;

import dev.bailey.control.access.Principal;
import dev.bailey.control.access.Tokens;
import dev.bailey.control.audit.AuditCheck;
import dev.bailey.control.audit.AuditEntry;
import dev.bailey.control.command.Command;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Audit, approvals, tokens, flags, burndown, certificate, and the migration file. */
final class GovernanceRoutes {

    private final Requests requests;
    private final AdminParts parts;

    private GovernanceRoutes(Requests requests, AdminParts parts) {
        this.requests = requests;
        this.parts = parts;
    }

    static void add(Routing routing, Requests requests, AdminParts parts) {
        GovernanceRoutes routes = new GovernanceRoutes(requests, parts);
        Overview overview = parts.overview();
        routing.get("/audit", Access.VIEWER, routes::audit);
        routing.get("/audit/verify", Access.VIEWER, routes::verifyAudit);
        routing.get("/approvals", Access.VIEWER, routes::approvals);
        routing.post("/approvals/{id}/approve", Access.APPROVER, context -> routes.decide(context, true));
        routing.post("/approvals/{id}/refuse", Access.APPROVER, context -> routes.decide(context, false));
        routing.get("/tokens", Access.APPROVER, routes::tokens);
        routing.post("/tokens", Access.APPROVER, routes::makeToken);
        routing.delete("/tokens/{id}", Access.APPROVER, routes::revokeToken);
        routing.get("/flags", Access.VIEWER, context -> json(context, Page.whole(overview.flags())));
        routing.get("/burndown", Access.VIEWER, context -> json(context, overview.burndown()));
        routing.get("/certificate", Access.VIEWER, context -> json(context, overview.certificate()));
        routing.post("/plan", Access.VIEWER, routes::plan);
        routing.post("/apply", Access.OPERATOR, routes::apply);
        routing.get("/whoami", Access.VIEWER, routes::whoAmI);
    }

    private void audit(Context context) {
        int limit = limit(context);
        List<AuditEntry> entries =
                parts.audit().before(number(context, "before").orElse(Long.MAX_VALUE), limit);
        Optional<String> next = entries.size() < limit
                ? Optional.empty()
                : Optional.of(Long.toString(entries.getLast().sequence()));
        json(context, new Page<>(entries.stream().map(Governed::entry).toList(), next));
    }

    private void verifyAudit(Context context) {
        AuditCheck check = parts.audit().check();
        json(
                context,
                new AuditCheckView(check.intact(), check.entries(), check.brokenAt(), check.head(), check.message()));
    }

    private void approvals(Context context) {
        json(
                context,
                Page.whole(parts.approvals().latest().stream()
                        .map(Governed::approval)
                        .toList()));
    }

    private void decide(Context context, boolean granted) {
        Asks.Change ask = requests.body(context, Asks.Change.class);
        Command command = new Command.Approve(context.pathParam("id"), granted);
        requests.execute(context, command, ask.reason(), ask.expectedEpoch());
    }

    private void tokens(Context context) {
        json(
                context,
                Page.whole(parts.tokens().all().stream().map(Governed::token).toList()));
    }

    private void makeToken(Context context) {
        Asks.NewToken ask = requests.body(context, Asks.NewToken.class);
        Principal caller = Gatekeeper.principal(context);
        Optional<Duration> life = ask.days().map(days -> Duration.ofDays(days));
        switch (parts.tokens().make(ask.name(), ask.role(), life, caller.actor())) {
            case Tokens.Made.Refused refused -> throw StrictBody.invalid(refused.message(), "correct it");
            case Tokens.Made.Done done -> {
                parts.audit()
                        .change(
                                caller.actor(),
                                "create-token",
                                done.made().token().id(),
                                ask.reason(),
                                "done",
                                "token for " + ask.name() + ", role "
                                        + ask.role().label());
                json(
                        context.status(201),
                        new TokenView.Created(
                                Governed.token(done.made().token()), done.made().secret()));
            }
        }
    }

    private void revokeToken(Context context) {
        String id = context.pathParam("id");
        String reason = Requests.reason(context);
        if (!parts.tokens().revoke(id)) {
            throw ApiError.notFound("token " + id);
        }
        parts.audit()
                .change(Gatekeeper.principal(context).actor(), "revoke-token", id, reason, "done", "token revoked");
        json(
                context,
                new CommandAnswer(
                        CommandAnswer.Outcome.DONE,
                        "token " + id + " is revoked",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private void plan(Context context) {
        json(context, parts.config().plan(requests.text(context, "application/yaml")));
    }

    private void apply(Context context) {
        Command command = new Command.Apply(requests.text(context, "application/yaml"));
        requests.execute(context, command, Requests.reason(context), Optional.empty());
    }

    private void whoAmI(Context context) {
        Principal caller = Gatekeeper.principal(context);
        json(context, new WhoAmIView(caller.actor(), caller.role(), caller.local(), caller.expiresAt()));
    }
}
