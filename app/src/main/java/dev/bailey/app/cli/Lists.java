package dev.bailey.app.cli;

import dev.bailey.control.api.ApiJson;
import dev.bailey.control.api.ApprovalView;
import dev.bailey.control.api.AuditCheckView;
import dev.bailey.control.api.AuditEntryView;
import dev.bailey.control.api.CommandAnswer;
import dev.bailey.control.api.DiffDetailView;
import dev.bailey.control.api.DiffView;
import dev.bailey.control.api.DivergenceView;
import dev.bailey.control.api.Page;
import dev.bailey.control.api.TokenView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;

/** Differences, divergences, audit, approvals, tokens, and the migration file. */
final class Lists {

    private static final TypeReference<Page<ApprovalView>> APPROVALS = new TypeReference<>() {};

    private Lists() {}

    static int approvals(ApiClient client, Text text, boolean json) {
        String answer = client.get("/approvals", Map.of());
        if (json) {
            text.line(answer);
            return 0;
        }
        text.table(
                "nothing waits for a second person",
                List.of("ID", "STATE", "COMMAND", "ASKED BY", "REASON", "UNTIL", "RESULT"),
                ApiClient.read(answer, APPROVALS).items().stream()
                        .map(one -> List.of(
                                one.id(),
                                ApiJson.label(one.state()),
                                one.text(),
                                one.asker(),
                                one.reason(),
                                one.expiresAt().toString(),
                                one.result().orElse("-")))
                        .toList());
        return 0;
    }

    @Command(name = "diffs", description = "Signatures of differences; with an ID, one with its instances.")
    static final class Diffs extends Reads.Read {
        private static final TypeReference<Page<DiffView>> PAGE = new TypeReference<>() {};

        @Parameters(arity = "0..1", paramLabel = "ID", description = "one signature")
        private @Nullable String id;

        @Option(names = "--slice", paramLabel = "SLICE", description = "only of this slice")
        private String slice = "";

        @Override
        String ask(ApiClient client) {
            return id == null
                    ? client.get("/diffs", Map.of("slice", slice))
                    : client.get("/diffs/" + ApiClient.part(id), Map.of());
        }

        @Override
        int show(String answer, Text text) {
            if (id != null) {
                return detail(ApiClient.read(answer, DiffDetailView.class), text);
            }
            text.table(
                    "no differences",
                    List.of("ID", "COUNT", "SIGNATURE", "LAST SEEN", "ACCEPTED"),
                    ApiClient.read(answer, PAGE).items().stream()
                            .map(diff -> List.of(
                                    diff.id(),
                                    Long.toString(diff.count()),
                                    diff.signature(),
                                    diff.lastSeen().toString(),
                                    diff.accepted().orElse("-")))
                            .toList());
            return 0;
        }

        private static int detail(DiffDetailView detail, Text text) {
            text.line(text.bold(detail.diff().signature()) + ", seen "
                    + detail.diff().count() + " times");
            for (DiffDetailView.Instance instance : detail.instances()) {
                text.line("");
                text.line(instance.at() + " " + instance.method() + " " + instance.target() + ", served by "
                        + ApiJson.label(instance.servedBy()));
                text.line("  legacy " + instance.legacy().status() + " "
                        + instance.legacy().body());
                text.line("  modern " + instance.modern().status() + " "
                        + instance.modern().body());
                instance.paths()
                        .forEach(path -> text.line("  " + path.path() + " " + path.kind() + ": "
                                + path.legacy().orElse("(absent)") + " | "
                                + path.modern().orElse("(absent)")));
            }
            return 0;
        }
    }

    @Command(name = "divergences", description = "Confirmed differences between the two stores.")
    static final class Divergences extends Reads.Read {
        private static final TypeReference<Page<DivergenceView>> PAGE = new TypeReference<>() {};

        @Option(names = "--slice", paramLabel = "SLICE", description = "only of this slice")
        private String slice = "";

        @Override
        String ask(ApiClient client) {
            return client.get("/divergences", Map.of("slice", slice));
        }

        @Override
        int show(String answer, Text text) {
            text.table(
                    "no divergences",
                    List.of("SLICE", "ENTITY", "KIND", "PATHS", "FOUND", "STATE"),
                    ApiClient.read(answer, PAGE).items().stream()
                            .map(one -> List.of(
                                    one.slice(),
                                    one.entity(),
                                    one.kind(),
                                    String.join(" ", one.paths()),
                                    one.foundAt().toString(),
                                    one.repaired() ? "mended" : "open"))
                            .toList());
            return 0;
        }
    }

    @Command(
            name = "audit",
            description = "The audit trail, newest first; --verify walks its hash chain (exit code 1 when broken).")
    static final class Audit extends Reads.Read {
        private static final TypeReference<Page<AuditEntryView>> PAGE = new TypeReference<>() {};

        @Option(names = "--verify", description = "walk the hash chain")
        private boolean verify;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "how many, 1 to 500")
        private int limit = 50;

        @Option(names = "--before", paramLabel = "N", description = "entries before this number")
        private String before = "";

        @Override
        String ask(ApiClient client) {
            return verify
                    ? client.get("/audit/verify", Map.of())
                    : client.get("/audit", Map.of("limit", Integer.toString(limit), "before", before));
        }

        @Override
        int show(String answer, Text text) {
            if (verify) {
                AuditCheckView check = ApiClient.read(answer, AuditCheckView.class);
                text.line((check.intact() ? "intact: " : "BROKEN: ") + check.message());
                text.line("head " + check.head());
                return check.intact() ? 0 : 1;
            }
            text.table(
                    "nothing yet",
                    List.of("N", "AT", "ACTOR", "WHAT", "ON", "OUTCOME", "REASON", "MESSAGE"),
                    ApiClient.read(answer, PAGE).items().stream()
                            .map(entry -> List.of(
                                    Long.toString(entry.sequence()),
                                    entry.at().toString(),
                                    entry.actor(),
                                    entry.action(),
                                    entry.subject().orElse("-"),
                                    entry.outcome().orElse(entry.kind()),
                                    entry.reason(),
                                    entry.message()))
                            .toList());
            return 0;
        }
    }

    @Command(
            name = "tokens",
            description = "Tokens: list, create, revoke. Needs the approver role.",
            subcommands = {CreateToken.class, RevokeToken.class})
    static final class Tokens extends Reads.Read {
        private static final TypeReference<Page<TokenView>> PAGE = new TypeReference<>() {};

        @Override
        String ask(ApiClient client) {
            return client.get("/tokens", Map.of());
        }

        @Override
        int show(String answer, Text text) {
            text.table(
                    "no tokens besides the local one",
                    List.of("ID", "NAME", "ROLE", "MADE BY", "EXPIRES", "LAST USED", "STATE"),
                    ApiClient.read(answer, PAGE).items().stream()
                            .map(token -> List.of(
                                    token.id(),
                                    token.name(),
                                    ApiJson.label(token.role()),
                                    token.createdBy(),
                                    token.expiresAt().map(Object::toString).orElse("never"),
                                    token.lastUsedAt().map(Object::toString).orElse("never"),
                                    token.revokedAt().isPresent() ? "revoked" : "good"))
                            .toList());
            return 0;
        }
    }

    @Command(name = "create", description = "Make a token; its secret is printed this once.")
    static final class CreateToken extends Change {
        @Parameters(paramLabel = "NAME", description = "of the person or machine")
        private String name = "";

        @Option(names = "--role", required = true, paramLabel = "viewer|operator|approver", description = "the role")
        private String role = "";

        @Option(names = "--days", paramLabel = "N", description = "how long it lives (default: 90)")
        private @Nullable Integer days;

        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            body.put("name", name);
            body.put("role", role.toLowerCase(Locale.ROOT));
            Optional.ofNullable(days).ifPresent(life -> body.put("days", life));
            String answer = client.post("/tokens", body);
            text.line(
                    json()
                            ? answer
                            : ApiClient.read(answer, TokenView.Created.class).secret());
            return 0;
        }
    }

    @Command(name = "revoke", description = "Revoke a token at once.")
    static final class RevokeToken extends Change {
        @Parameters(paramLabel = "ID", description = "from the list")
        private String id = "";

        @Override
        int run(ApiClient client, Text text) {
            return told(
                    client, text, client.delete("/tokens/" + ApiClient.part(id), Map.of("reason", reason())), false);
        }
    }

    @Command(name = "apply", description = "Replace the migration file in force.")
    static final class Apply extends Change {
        @Parameters(paramLabel = "FILE", description = "the migration file")
        private Path file = Path.of("");

        @Override
        int run(ApiClient client, Text text) {
            String answer = client.postYaml("/apply", Map.of("reason", reason()), yaml(file));
            text.line(
                    json()
                            ? answer
                            : ApiClient.read(answer, CommandAnswer.class).message());
            return 0;
        }
    }

    static String yaml(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ApiFailure(
                    "cannot read " + file + " (" + e.getClass().getSimpleName() + "); name a migration file");
        }
    }

    static Map<String, String> query(String... namesAndValues) {
        Map<String, String> query = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            query.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return query;
    }
}
