package dev.bailey.app.cli;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.app.wiring.StoresReport;
import dev.bailey.app.wiring.StoresReport.Estimate;
import dev.bailey.app.wiring.StoresReport.Finding;
import dev.bailey.app.wiring.StoresReport.Slice;
import dev.bailey.control.api.PlanView;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.Problem;
import dev.bailey.model.spec.SliceSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a file would change, as the running Bailey says, and whether the stores it names can be used, as this process finds:
 * the file is this user's, and so are its addresses and secrets.
 */
@Command(
        name = "plan",
        description = {
            "What a migration file would change, and whether the stores it names can be used.",
            "The stores are looked at from here, with the secrets of this environment; nothing is written."
        })
final class PlanCommand extends ClientCommand {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Parameters(paramLabel = "FILE", description = "the migration file")
    private Path file = Path.of("");

    @ArgGroup
    private @Nullable Part part;

    private static final class Part {
        @Option(names = "--stores-only", description = "look at the stores alone; no running Bailey is needed")
        private boolean stores;

        @Option(names = "--changes-only", description = "ask the running Bailey alone; no store is looked at")
        private boolean changes;
    }

    @Override
    int run(ApiClient client, Text text) {
        Optional<String> changes = part != null && part.stores ? Optional.empty() : Optional.of(changes(client));
        Optional<Looked> stores = part != null && part.changes ? Optional.empty() : Optional.of(look());
        if (json()) {
            text.line(json(changes, stores));
        } else {
            changes.ifPresent(answer -> changes(ApiClient.read(answer, PlanView.class), text));
            stores.ifPresent(found -> stores(found, text));
        }
        boolean valid = changes.map(
                        answer -> ApiClient.read(answer, PlanView.class).valid())
                .orElse(true);
        return valid && stores.map(Looked::usable).orElse(true) ? 0 : 1;
    }

    private String changes(ApiClient client) {
        try {
            return client.postYaml("/plan", Map.of(), Lists.yaml(file));
        } catch (ApiFailure failure) {
            throw failure.isNobodyThere()
                    ? new ApiFailure(failure.getMessage() + "; --stores-only looks at the stores without one")
                    : failure;
        }
    }

    /**
     * What was found of the stores.
     *
     * @param unread why the file could not be read here, so that nothing was looked at
     */
    private record Looked(List<String> unread, StoresReport report) {
        private boolean usable() {
            return unread.isEmpty() && report.usable();
        }
    }

    private Looked look() {
        return switch (MigrationFile.read(file)) {
            case Read.Valid(MigrationSpec spec, List<Problem> _, String _) -> {
                if (spec.slices().stream().map(SliceSpec::data).noneMatch(Optional::isPresent)) {
                    yield new Looked(List.of(), new StoresReport(List.of()));
                }
                try {
                    yield new Looked(List.of(), StoresReport.of(spec));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ApiFailure("interrupted while the stores were looked at; run it again");
                }
            }
            case Read.Invalid(List<Problem> problems, String content) ->
                new Looked(
                        problems.stream()
                                .filter(Problem::isError)
                                .map(problem -> problem.render(file.toString(), content))
                                .toList(),
                        new StoresReport(List.of()));
        };
    }

    private void changes(PlanView plan, Text text) {
        text.line(plan.message());
        plan.problems()
                .forEach(problem -> text.line(file + ":" + problem.line() + ":" + problem.column() + ": "
                        + problem.message() + "; " + problem.remedy()));
        plan.changes()
                .forEach(change -> text.line("  " + change.what() + ": "
                        + (change.from().isEmpty() ? "(new)" : change.from()) + " -> "
                        + (change.to().isEmpty() ? "(removed)" : change.to()) + "  " + change.effect()));
    }

    private static void stores(Looked looked, Text text) {
        if (!looked.unread().isEmpty()) {
            text.line("the stores were not looked at: the file cannot be used here");
            looked.unread().forEach(text::line);
        }
        for (Slice slice : looked.report().slices()) {
            text.line("stores of " + slice.name() + ":");
            for (Finding finding : slice.findings()) {
                text.line("  " + finding.severity().label() + ": " + finding.side() + ": " + finding.message());
            }
            text.line("  "
                    + slice.estimate()
                            .map(PlanCommand::words)
                            .orElse("no estimate: "
                                    + (looked.usable() ? "the samples took too long" : "mend the errors first")));
        }
    }

    private static String words(Estimate estimate) {
        return "about " + Text.number((double) estimate.legacyRows()) + " documents at legacy and "
                + Text.number((double) estimate.modernRows()) + " at modern; estimated from samples: backfill "
                + Text.time(estimate.backfillSeconds()) + ", a reconcile " + Text.time(estimate.reconcileSeconds());
    }

    private static String json(Optional<String> changes, Optional<Looked> stores) {
        ObjectNode json =
                changes.map(answer -> (ObjectNode) JSON.readTree(answer)).orElseGet(JSON::createObjectNode);
        stores.ifPresent(looked -> {
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("usable", looked.usable());
            found.put("unread", looked.unread());
            found.put(
                    "slices",
                    looked.report().slices().stream().map(PlanCommand::json).toList());
            json.set("stores", JSON.valueToTree(found));
        });
        return JSON.writeValueAsString(json);
    }

    private static Map<String, Object> json(Slice slice) {
        List<Map<String, String>> findings = new ArrayList<>();
        for (Finding finding : slice.findings()) {
            Map<String, String> record = new LinkedHashMap<>();
            record.put("severity", finding.severity().label());
            record.put("side", finding.side());
            record.put("message", finding.message());
            findings.add(record);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("slice", slice.name());
        json.put("findings", findings);
        slice.estimate().ifPresent(estimate -> json.put("estimate", estimate));
        return json;
    }
}
