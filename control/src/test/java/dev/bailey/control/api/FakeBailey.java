package dev.bailey.control.api;

import dev.bailey.control.access.LocalToken;
import dev.bailey.control.access.Token;
import dev.bailey.control.access.Tokens;
import dev.bailey.control.approval.ApprovalDesk;
import dev.bailey.control.approval.GuardedCommands;
import dev.bailey.control.audit.AuditTrail;
import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import dev.bailey.control.state.ApprovalTable;
import dev.bailey.control.state.AuditTable;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.TokenTable;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A real admin port over a real state file; only the control plane behind it is made up. */
public final class FakeBailey implements AutoCloseable {

    final AtomicLong offsetSeconds = new AtomicLong();
    final InstantSource clock = () -> Samples.AT.plusSeconds(offsetSeconds.get());
    final AtomicLong epoch = new AtomicLong(7);
    public final List<Command> executed = new CopyOnWriteArrayList<>();
    public final List<Issue> issues = new CopyOnWriteArrayList<>();
    final Samples samples = new Samples();
    final Narrator narrator = new Narrator();
    final StateDb db;
    final Tokens tokens;
    public final AuditTrail audit;
    final ApprovalDesk desk;
    public final AdminServer server;
    public final String local;
    final HttpClient http = HttpClient.newHttpClient();

    public FakeBailey(Path folder) {
        this(Backing.FILE, folder, config -> config);
    }

    FakeBailey(Path folder, UnaryOperator<AdminConfig> settings) {
        this(Backing.FILE, folder, settings);
    }

    FakeBailey(Backing backing, Path folder, UnaryOperator<AdminConfig> settings) {
        db = backing.open(folder, List.of());
        LocalToken localToken = LocalToken.write(folder, "ada", new SecureRandom());
        local = localToken.secret();
        tokens = new Tokens(new TokenTable(db), localToken, new SecureRandom(), clock);
        audit = new AuditTrail(new AuditTable(db), clock);
        AtomicInteger ids = new AtomicInteger();
        desk = new ApprovalDesk(
                new ApprovalTable(db), () -> "ap-" + ids.incrementAndGet(), clock, Duration.ofHours(24));
        GuardedCommands commands =
                GuardedCommands.of(this::execute, audit, desk, slice -> Optional.of(new Epoch(epoch.get())));
        server = AdminServer.start(
                settings.apply(AdminConfig.at("127.0.0.1", 0, "0.1.0")),
                new AdminParts(
                        commands,
                        samples,
                        samples,
                        new Samples.Diffs(),
                        samples,
                        samples,
                        samples,
                        samples,
                        tokens,
                        desk,
                        audit,
                        narrator,
                        () -> "bailey_up 1\n",
                        Optional::empty,
                        clock));
    }

    private CommandResult execute(Command command, Issue issue) {
        executed.add(command);
        issues.add(issue);
        return switch (command) {
            case Command.OfSlice of
            when !of.slice().value().equals("orders") ->
                refused(CommandResult.Cause.NOT_FOUND, "no slice " + of.slice() + " (known: orders)");
            case Command.Advance advance
            when advance.to().equals(Optional.of(Phase.LEGACY_OFF))
                    && issue.approval().isEmpty() ->
                new CommandResult.NeedsApproval(
                        "LEGACY_OFF needs a second person", desk.request(command, issue, "LEGACY_OFF"));
            case Command.Advance advance
            when advance.to().equals(Optional.of(Phase.READ_CUTOVER)) && !advance.force() ->
                new CommandResult.Refused(
                        CommandResult.Cause.GATES,
                        "READ_CUTOVER waits for differences",
                        List.of(new GateReading(
                                GateName.DIFFERENCES,
                                Verdict.FAIL,
                                "worst window",
                                OptionalDouble.of(0.02),
                                "0.01%",
                                2_000,
                                Samples.AT,
                                Samples.AT,
                                "2% differ (expected at most 0.01%)")));
            case Command.Back _ -> refused(CommandResult.Cause.BUSY, "a step is on its way");
            case Command.Rollback _ -> refused(CommandResult.Cause.STALE_EPOCH, "epoch 8 (expected 7)");
            case Command.Backfill _, Command.Reconcile _ -> new CommandResult.Started("started", "job-1");
            case Command.Unpark _ -> throw new IllegalStateException("a bug");
            default ->
                new CommandResult.Done(
                        "done",
                        Optional.of(new SliceState(
                                new SliceName("orders"), Phase.READ_CUTOVER, new Ramp(5_000), Set.of(), new Epoch(8))));
        };
    }

    private static CommandResult refused(CommandResult.Cause cause, String message) {
        return new CommandResult.Refused(cause, message, List.of());
    }

    public String token(String name, Role role) {
        return switch (tokens.make(name, role, Optional.empty(), "local:ada")) {
            case Tokens.Made.Done(Token.Made made) -> made.secret();
            case Tokens.Made.Refused refused -> throw new AssertionError(refused.message());
        };
    }

    HttpResponse<String> get(String path, @Nullable String token) {
        return send("GET", path, token, null, "application/json");
    }

    HttpResponse<String> post(String path, @Nullable String token, String json) {
        return send("POST", path, token, json, "application/json");
    }

    HttpResponse<String> send(
            String method, String path, @Nullable String token, @Nullable String body, String contentType) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(Duration.ofSeconds(10))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", contentType);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Instant now() {
        return clock.instant();
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.close();
        db.close();
    }
}
