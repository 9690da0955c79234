package dev.bailey.control.api;

import dev.bailey.control.access.LoginLimit;
import dev.bailey.control.state.StateException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin port: REST API, events, metrics and console. Serves from {@link #start} until {@link #close}. */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private final Javalin javalin;
    private final EventStream events;
    private final String host;

    private AdminServer(Javalin javalin, EventStream events, String host) {
        this.javalin = javalin;
        this.events = events;
        this.host = host;
    }

    /** Starts to serve; throws when the address cannot be had. */
    public static AdminServer start(AdminConfig config, AdminParts parts) {
        EventStream events = new EventStream(
                new StatusFeed(parts.overview(), parts.clock()), parts.narrator(), config.maxWatchers());
        Javalin javalin = Javalin.create(settings -> configure(settings, config, parts, events));
        javalin.start(config.host(), config.port());
        return new AdminServer(javalin, events, config.host());
    }

    /** The port it serves on. */
    public int port() {
        return javalin.port();
    }

    /** The address to open, such as {@code http://127.0.0.1:7070}. */
    public String url() {
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return "http://" + (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + port();
    }

    @Override
    public void close() {
        events.close();
        javalin.stop();
    }

    Javalin javalin() {
        return javalin;
    }

    private static void configure(JavalinConfig settings, AdminConfig config, AdminParts parts, EventStream events) {
        settings.startup.showJavalinBanner = false;
        settings.startup.showOldJavalinVersionWarning = false;
        settings.startup.startupWatcherEnabled = false;
        settings.concurrency.useVirtualThreads = true;
        settings.http.maxRequestSize = config.maxBodyBytes();
        settings.http.prefer405over404 = true;
        settings.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        Gatekeeper gatekeeper = new Gatekeeper(
                new HostGuard(config.hostNames()), parts.tokens(), new LoginLimit(parts.clock()), parts.audit());
        RoutesConfig routes = settings.routes;
        routes.before(SecurityHeaders::set);
        routes.before(gatekeeper::checkHost);
        routes.beforeMatched(gatekeeper::checkToken);
        Requests requests = new Requests(parts.commands(), parts.clock(), config.maxBodyBytes());
        Routing routing = new Routing(routes);
        SliceRoutes.add(routing, requests, parts.overview(), parts.versions());
        DataRoutes.add(routing, requests, parts);
        GovernanceRoutes.add(routing, requests, parts);
        routing.get("/events", Access.VIEWER, events::serve);
        open(routes, config, parts);
        errors(routes, requests);
    }

    private static void open(RoutesConfig routes, AdminConfig config, AdminParts parts) {
        Access metrics = config.openMetrics() ? Access.OPEN : Access.VIEWER;
        routes.addHttpHandler(HandlerType.GET, "/healthz", AdminServer::health, Access.OPEN);
        routes.addHttpHandler(HandlerType.GET, "/readyz", context -> ready(context, parts), Access.OPEN);
        routes.addHttpHandler(HandlerType.GET, "/metrics", context -> metrics(context, parts), metrics);
        routes.addHttpHandler(HandlerType.GET, "/openapi.yaml", ConsolePages::openApi, Access.OPEN);
        routes.addHttpHandler(HandlerType.GET, "/", ConsolePages::index, Access.OPEN);
        routes.addHttpHandler(HandlerType.GET, "/icon.svg", ConsolePages::icon, Access.OPEN);
        routes.addHttpHandler(HandlerType.GET, "/assets/{file}", ConsolePages::asset, Access.OPEN);
    }

    private static void health(Context context) {
        Requests.json(context, new HealthView(true, "alive"));
    }

    private static void ready(Context context, AdminParts parts) {
        Optional<String> why = parts.notReady().get();
        context.status(why.isPresent() ? 503 : 200);
        Requests.json(context, new HealthView(why.isEmpty(), why.orElse("ready")));
    }

    private static void metrics(Context context, AdminParts parts) {
        context.header("Cache-Control", "no-store");
        context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(parts.metrics().get());
    }

    private static void errors(RoutesConfig routes, Requests requests) {
        routes.exception(ApiError.class, (error, context) -> answer(context, error));
        routes.exception(
                HttpResponseException.class, (error, context) -> answer(context, http(error, context, requests)));
        routes.exception(StateException.class, (unavailable, context) -> {
            LOG.warn("{} {} failed: {}", context.method(), context.path(), unavailable.getMessage());
            answer(
                    context,
                    new ApiError(
                            ApiError.Code.FAILED,
                            String.valueOf(unavailable.getMessage()),
                            "see to the store; routing goes on as it was"));
        });
        routes.exception(Exception.class, (error, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), error);
            answer(
                    context,
                    new ApiError(
                            ApiError.Code.FAILED,
                            "Bailey could not answer: " + error.getClass().getSimpleName(),
                            "see its log; the audit trail tells whether a command was begun"));
        });
    }

    private static ApiError http(HttpResponseException error, Context context, Requests requests) {
        return switch (error.getStatus()) {
            case 404 -> ApiError.notFound("path " + context.path());
            case 405 ->
                new ApiError(
                        ApiError.Code.METHOD_NOT_ALLOWED,
                        context.method() + " is not for " + context.path(),
                        "see /openapi.yaml");
            case 413 -> requests.tooLarge();
            default -> StrictBody.invalid(String.valueOf(error.getMessage()), "see /openapi.yaml");
        };
    }

    private static void answer(Context context, ApiError error) {
        context.status(error.code().status());
        Requests.json(context, error.view());
    }
}
