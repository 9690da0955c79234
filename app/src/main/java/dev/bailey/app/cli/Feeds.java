package dev.bailey.app.cli;

import dev.bailey.control.api.ApiJson;
import dev.bailey.control.api.FeedView;
import dev.bailey.control.api.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;

/** Change feeds, and the writers they found where nobody should write. */
@Command(
        name = "feeds",
        description = "Change feeds of a slice (of all slices without SLICE): lag, figures, rogue writes.")
final class Feeds extends Reads.Read {

    private static final TypeReference<Page<FeedView>> PAGE = new TypeReference<>() {};

    @Parameters(arity = "0..1", paramLabel = "SLICE", description = "one slice")
    private @Nullable String slice;

    @Override
    String ask(ApiClient client) {
        return client.get("/feeds", slice == null ? Map.of() : Map.of("slice", slice));
    }

    @Override
    int show(String answer, Text text) {
        List<FeedView> feeds = ApiClient.read(answer, PAGE).items();
        text.table(
                "no feeds are declared",
                List.of(
                        "SLICE", "FEED", "SIDE", "STATE", "LAG", "WAITING", "LOG", "CHANGES", "WRITTEN", "ROGUE",
                        "LOST"),
                feeds.stream()
                        .map(feed -> List.of(
                                feed.slice(),
                                feed.name(),
                                feed.side(),
                                ApiJson.label(feed.state()),
                                feed.lagMs().isPresent()
                                        ? Text.number(feed.lagMs().getAsLong() / 1e3) + " s"
                                        : "-",
                                feed.waiting().isPresent()
                                        ? Text.number((double) feed.waiting().getAsLong())
                                        : "-",
                                feed.logBytes().isPresent()
                                        ? Text.number((double) Math.ceilDiv(
                                                        feed.logBytes().getAsLong(), 1_024)) + " KiB"
                                        : "-",
                                Text.number((double) feed.changes()),
                                Text.number((double) feed.written()),
                                Text.number((double) feed.rogues()),
                                Text.number((double) feed.lost())))
                        .toList());
        feeds.stream()
                .filter(feed -> feed.state() == FeedView.State.FAILING || feed.lost() > 0)
                .forEach(feed -> text.line(feed.slice() + " " + feed.name() + ": " + feed.message()));
        List<List<String>> rogues = new ArrayList<>();
        for (FeedView feed : feeds) {
            for (FeedView.Rogue rogue : feed.lastRogues()) {
                rogues.add(List.of(
                        feed.slice(),
                        rogue.entity(),
                        feed.side(),
                        rogue.table().orElse("-"),
                        rogue.transaction().orElse("-"),
                        rogue.at().map(Object::toString).orElse("-"),
                        rogue.by().orElse("-"),
                        rogue.foundAt().toString()));
            }
        }
        if (!rogues.isEmpty()) {
            text.line("");
            text.line("written by somebody else where nobody should write, and put back:");
            text.table(
                    "", List.of("SLICE", "ENTITY", "AT SIDE", "TABLE", "TRANSACTION", "WHEN", "BY", "FOUND"), rogues);
        }
        return 0;
    }
}
