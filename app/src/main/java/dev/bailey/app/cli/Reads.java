package dev.bailey.app.cli;

import dev.bailey.control.api.ApiJson;
import dev.bailey.control.api.BurndownView;
import dev.bailey.control.api.CertificateView;
import dev.bailey.control.api.ExplainView;
import dev.bailey.control.api.FlagView;
import dev.bailey.control.api.GateView;
import dev.bailey.control.api.GatesView;
import dev.bailey.control.api.Page;
import dev.bailey.control.api.StatusView;
import dev.bailey.control.api.TransitionView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;

/** Commands that only look. */
final class Reads {

    private Reads() {}

    /** One that asks a path and prints the answer, as it is or for people. */
    abstract static class Read extends ClientCommand {
        @Override
        final int run(ApiClient client, Text text) {
            String answer = ask(client);
            if (json()) {
                text.line(answer);
                return 0;
            }
            return show(answer, text);
        }

        abstract String ask(ApiClient client);

        abstract int show(String answer, Text text);
    }

    @Command(name = "status", description = "Where the migration stands, both sides live.")
    static final class Status extends Read {
        @Override
        String ask(ApiClient client) {
            return client.get("/status", Map.of());
        }

        @Override
        int show(String answer, Text text) {
            StatusView status = ApiClient.read(answer, StatusView.class);
            text.line(text.bold(status.migration()) + " of " + status.owner() + ", finish by " + status.finishBy()
                    + " (" + status.daysLeft() + " days left): " + status.message());
            if (!status.nodes().isEmpty()) {
                text.line("");
                NodesTable.show(status.nodes(), text);
            }
            for (StatusView.Slice slice : status.slices()) {
                text.line("");
                text.line(text.bold(slice.name()) + "  phase " + slice.phaseNumber() + " " + slice.phase() + ", ramp "
                        + slice.ramp() + (slice.cohorts().isEmpty() ? "" : " + " + slice.cohorts()) + ", epoch "
                        + slice.epoch() + ", since " + slice.since());
                slice.held().ifPresent(why -> text.line("  held " + why));
                slice.pending()
                        .ifPresent(step -> text.line("  on its way: " + step.what() + " to " + step.phase() + " "
                                + step.ramp() + ", by " + step.actor()));
                slice.next().ifPresent(next -> text.line("  next: " + next.message()));
                sides(slice, text);
                StatusView.Backlog backlog = slice.backlog();
                text.line("  differences " + Text.share(slice.differenceRate()) + " of " + slice.compared()
                        + " compared; divergences "
                        + (slice.divergences().isPresent() ? slice.divergences().getAsLong() : "-")
                        + "; undelivered " + backlog.undelivered() + ", unknown " + backlog.unknown() + ", parked "
                        + backlog.parked() + ", gap " + backlog.gap());
            }
            status.jobs().stream()
                    .filter(job -> !job.state().ended())
                    .forEach(job -> text.line("  job " + job.id() + "  " + Change.progress(job)));
            return 0;
        }

        private static void sides(StatusView.Slice slice, Text text) {
            text.table(
                    "",
                    List.of("  side", "req/s", "errors", "p50 ms", "p99 ms"),
                    List.of(
                            side("  legacy", slice.live().legacy()),
                            side("  modern", slice.live().modern())));
        }

        private static List<String> side(String name, StatusView.Traffic traffic) {
            return List.of(
                    name,
                    Text.number(traffic.rate()),
                    Text.share(traffic.errors()),
                    Text.number(traffic.p50Ms()),
                    Text.number(traffic.p99Ms()));
        }
    }

    @Command(name = "gates", description = "The gates of a slice: what holds it, and what the next step waits for.")
    static final class Gates extends Read {
        @Parameters(paramLabel = "SLICE", description = "the slice")
        private String slice = "";

        @Override
        String ask(ApiClient client) {
            return client.get("/slices/" + ApiClient.part(slice) + "/gates", Map.of());
        }

        @Override
        int show(String answer, Text text) {
            GatesView gates = ApiClient.read(answer, GatesView.class);
            text.line(text.bold(gates.slice()) + " at " + gates.phase() + ": " + gates.message());
            text.line("");
            table("holding " + gates.phase(), gates.holding(), text);
            gates.next().ifPresent(next -> table("entering " + next, gates.entering(), text));
            return 0;
        }

        private static void table(String title, List<GateView> gates, Text text) {
            text.line(text.bold(title));
            text.table(
                    "no gates",
                    List.of("VERDICT", "GATE", "VALUE", "LIMIT", "SAMPLES", "MESSAGE"),
                    gates.stream()
                            .map(gate -> List.of(
                                    ApiJson.label(gate.verdict()),
                                    gate.gate(),
                                    Text.number(gate.value()),
                                    gate.threshold(),
                                    Long.toString(gate.samples()),
                                    gate.message()))
                            .toList());
            text.line("");
        }
    }

    @Command(name = "history", description = "Every move of a slice, newest first.")
    static final class History extends Read {
        private static final TypeReference<Page<TransitionView>> PAGE = new TypeReference<>() {};

        @Parameters(paramLabel = "SLICE", description = "the slice")
        private String slice = "";

        @Override
        String ask(ApiClient client) {
            return client.get("/slices/" + ApiClient.part(slice) + "/history", Map.of());
        }

        @Override
        int show(String answer, Text text) {
            text.table(
                    "no moves yet",
                    List.of("AT", "EPOCH", "FROM", "TO", "ACTOR", "REASON"),
                    ApiClient.read(answer, PAGE).items().stream()
                            .map(move -> List.of(
                                    move.at().toString(),
                                    Long.toString(move.epoch()),
                                    move.from() + " " + move.fromRamp(),
                                    move.to() + " " + move.toRamp(),
                                    move.actor() + (move.forced() ? " (forced)" : ""),
                                    move.reason()))
                            .toList());
            return 0;
        }
    }

    @Command(name = "explain", description = "Where a request would go now, and why.")
    static final class Explain extends Read {
        @Parameters(index = "0", paramLabel = "METHOD", description = "such as GET")
        private String method = "";

        @Parameters(index = "1", paramLabel = "PATH", description = "with its query, such as /api/orders/42")
        private String path = "";

        @Option(names = "-H", paramLabel = "'NAME: VALUE'", description = "a header; may be repeated")
        private List<String> headers = List.of();

        @Override
        String ask(ApiClient client) {
            Map<String, String> named = new LinkedHashMap<>();
            for (String header : headers) {
                int colon = header.indexOf(':');
                if (colon < 1) {
                    throw new ApiFailure("header \"" + header + "\" (expected 'Name: value')");
                }
                named.put(
                        header.substring(0, colon).strip(),
                        header.substring(colon + 1).strip());
            }
            return client.post("/explain", Map.of("method", method, "path", path, "headers", named));
        }

        @Override
        int show(String answer, Text text) {
            ExplainView view = ApiClient.read(answer, ExplainView.class);
            text.line(text.bold(view.method() + " " + view.path()) + " -> " + text.bold(ApiJson.label(view.side())));
            text.line(view.message());
            text.line("  slice " + view.slice().orElse("-") + ", route "
                    + view.route().orElse("-"));
            text.line("  entity " + view.entity().orElse("-") + ", bucket "
                    + (view.bucket().isPresent() ? view.bucket().getAsInt() : "-") + ", cohort "
                    + view.cohort().orElse("-"));
            text.line("  phase " + view.phase() + ", ramp " + view.ramp() + ", epoch " + view.epoch());
            text.line("  rule " + view.rule() + ": " + view.meaning());
            return 0;
        }
    }

    @Command(name = "flags", description = "The registry of flags.")
    static final class Flags extends Read {
        private static final TypeReference<Page<FlagView>> PAGE = new TypeReference<>() {};

        @Override
        String ask(ApiClient client) {
            return client.get("/flags", Map.of());
        }

        @Override
        int show(String answer, Text text) {
            text.table(
                    "no flags",
                    List.of("FLAG", "ON", "OWNER", "KIND", "LIVE", "STALE", "SINCE", "REMOVED BY"),
                    ApiClient.read(answer, PAGE).items().stream()
                            .map(flag -> List.of(
                                    flag.name(),
                                    flag.on() ? "on" : "off",
                                    flag.owner(),
                                    flag.kind(),
                                    flag.live() ? "yes" : "no",
                                    flag.stale() ? "stale" : "-",
                                    flag.since().toString(),
                                    flag.removal()))
                            .toList());
            return 0;
        }
    }

    @Command(name = "burndown", description = "What is left until legacy can be deleted.")
    static final class Burndown extends Read {
        @Override
        String ask(ApiClient client) {
            return client.get("/burndown", Map.of());
        }

        @Override
        int show(String answer, Text text) {
            BurndownView left = ApiClient.read(answer, BurndownView.class);
            text.line(text.bold(left.migration()) + " of " + left.owner() + ", finish by " + left.finishBy() + " ("
                    + left.daysLeft() + " days left): " + left.message());
            List<List<String>> rows = new ArrayList<>();
            for (BurndownView.Item item : left.items()) {
                rows.add(List.of(item.what(), Text.number(item.left()), Text.number(item.of()), item.message()));
            }
            text.table("nothing", List.of("WHAT", "LEFT", "OF", ""), rows);
            return 0;
        }
    }

    @Command(name = "certificate", description = "The removal certificate; exit code 1 while it is not granted.")
    static final class Certificate extends Read {
        @Override
        String ask(ApiClient client) {
            return client.get("/certificate", Map.of());
        }

        @Override
        int show(String answer, Text text) {
            CertificateView view = ApiClient.read(answer, CertificateView.class);
            text.line(view.text()
                    .orElseGet(() -> view.message()
                            + view.lacks().stream().map(lack -> "\n  - " + lack).collect(Collectors.joining())));
            view.sha256().ifPresent(sum -> text.line("SHA-256 " + sum));
            return view.granted() ? 0 : 1;
        }
    }
}
