package dev.bailey.app.cli;

import dev.bailey.control.api.ApiJson;
import dev.bailey.control.api.JournalEntryView;
import dev.bailey.control.api.JournalRecordView;
import dev.bailey.control.api.Page;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;

/** The journal: lists writes, shows one, tries one again, takes a parked entity back. */
@Command(
        name = "journal",
        description = "Writes of the journal, newest first; show one, retry one, unpark an entity.",
        subcommands = {JournalCommands.Show.class, JournalCommands.Retry.class, JournalCommands.Unpark.class})
final class JournalCommands extends Reads.Read {

    private static final TypeReference<Page<JournalEntryView>> PAGE = new TypeReference<>() {};

    @Option(names = "--slice", paramLabel = "SLICE", description = "only of this slice")
    private String slice = "";

    @Option(names = "--state", paramLabel = "STATE", description = "only in this state, such as PARKED")
    private String state = "";

    @Option(names = "--entity", paramLabel = "KEY", description = "only of this entity")
    private String entity = "";

    @Option(names = "--before", paramLabel = "N", description = "records before this number")
    private String before = "";

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "how many, 1 to 500")
    private int limit = 50;

    @Override
    String ask(ApiClient client) {
        return client.get(
                "/journal",
                Lists.query(
                        "slice",
                        slice,
                        "state",
                        state,
                        "entity",
                        entity,
                        "before",
                        before,
                        "limit",
                        Integer.toString(limit)));
    }

    @Override
    int show(String answer, Text text) {
        Page<JournalEntryView> page = ApiClient.read(answer, PAGE);
        text.table(
                "no writes",
                List.of("N", "ID", "STATE", "SLICE", "ENTITY", "WRITE", "AUTHORITY", "TRIES", "AT", "NOTE"),
                page.items().stream()
                        .map(entry -> List.of(
                                Long.toString(entry.sequence()),
                                entry.id(),
                                ApiJson.label(entry.state()),
                                entry.slice(),
                                entry.entity().orElse("-"),
                                entry.method() + " " + entry.target(),
                                ApiJson.label(entry.authority()),
                                Integer.toString(entry.attempts()),
                                entry.at().toString(),
                                entry.note()))
                        .toList());
        page.next().ifPresent(next -> text.line("more with --before " + next));
        return 0;
    }

    @Command(name = "show", description = "One write; never values of headers, never bodies.")
    static final class Show extends Reads.Read {
        @Parameters(paramLabel = "ID", description = "the record")
        private String id = "";

        @Override
        String ask(ApiClient client) {
            return client.get("/journal/" + ApiClient.part(id), Map.of());
        }

        @Override
        int show(String answer, Text text) {
            JournalRecordView record = ApiClient.read(answer, JournalRecordView.class);
            JournalEntryView entry = record.entry();
            text.line(text.bold(entry.id()) + "  " + ApiJson.label(entry.state()) + "  " + entry.method() + " "
                    + entry.target());
            text.line("  slice " + entry.slice() + ", entity " + entry.entity().orElse("-") + ", epoch "
                    + entry.epoch() + ", authority " + ApiJson.label(entry.authority()) + ", carried to "
                    + entry.follower().map(side -> ApiJson.label(side)).orElse("nobody (kept as a gap)"));
            text.line("  request: " + body(record.body()) + ", headers " + record.headers() + ", key "
                    + (record.clientKey() ? "of the client" : "of Bailey"));
            record.answer()
                    .ifPresent(given -> text.line("  answer: " + given.status() + ", " + body(given.body())
                            + ", headers " + given.headers()));
            text.line("  written " + entry.at() + ", changed " + entry.changed() + ", tries " + entry.attempts());
            text.line("  " + entry.note());
            return 0;
        }

        private static String body(JournalRecordView.Body body) {
            return body.bytes() + " bytes"
                    + body.contentType().map(type -> " of " + type).orElse("") + (body.kept() ? "" : " (not kept)");
        }
    }

    @Command(name = "retry", description = "Try the delivery of a write again now.")
    static final class Retry extends Change {
        @Parameters(paramLabel = "ID", description = "the record")
        private String id = "";

        @Override
        int run(ApiClient client, Text text) {
            return send(client, text, "/journal/" + ApiClient.part(id) + "/retry", body(), false);
        }
    }

    @Command(name = "unpark", description = "Take the parked writes of an entity back into delivery.")
    static final class Unpark extends Change {
        @Parameters(index = "0", paramLabel = "SLICE", description = "the slice")
        private String slice = "";

        @Parameters(index = "1", paramLabel = "KEY", description = "the entity")
        private String key = "";

        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            body.put("entity", key);
            return send(client, text, "/slices/" + ApiClient.part(slice) + "/unpark", body, false);
        }
    }
}
