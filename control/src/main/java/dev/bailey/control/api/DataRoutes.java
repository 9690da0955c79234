package dev.bailey.control.api;

import static dev.bailey.control.api.Requests.json;
import static dev.bailey.control.api.Requests.jsonOr404;
import static dev.bailey.control.api.Requests.limit;
import static dev.bailey.control.api.Requests.number;
import static dev.bailey.control.api.Requests.query;
import static dev.bailey.control.api.Requests.word;

import dev.bailey.control.command.Command;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import io.javalin.http.Context;
import java.util.Optional;

/** Jobs, the journal, differences and divergences, and where a request would go. */
final class DataRoutes {

    private final Requests requests;
    private final AdminParts parts;

    private DataRoutes(Requests requests, AdminParts parts) {
        this.requests = requests;
        this.parts = parts;
    }

    static void add(Routing routing, Requests requests, AdminParts parts) {
        DataRoutes routes = new DataRoutes(requests, parts);
        routing.get(
                "/jobs",
                Access.VIEWER,
                context -> json(context, Page.whole(parts.overview().jobs())));
        routing.get("/jobs/{id}", Access.VIEWER, routes::job);
        routing.delete("/jobs/{id}", Access.OPERATOR, routes::cancelJob);
        routing.post("/explain", Access.VIEWER, routes::explain);
        routing.get("/journal", Access.VIEWER, routes::journal);
        routing.get("/journal/{id}", Access.VIEWER, routes::record);
        routing.post("/journal/{id}/retry", Access.OPERATOR, routes::retry);
        routing.get("/diffs", Access.VIEWER, routes::diffs);
        routing.get("/diffs/{id}", Access.VIEWER, routes::diff);
        routing.get("/divergences", Access.VIEWER, routes::divergences);
        routing.get("/feeds", Access.VIEWER, routes::feeds);
    }

    private void job(Context context) {
        String id = context.pathParam("id");
        jsonOr404(context, parts.overview().job(id), "job " + id);
    }

    private void cancelJob(Context context) {
        Command command = new Command.CancelJob(context.pathParam("id"));
        requests.execute(context, command, Requests.reason(context), Optional.empty());
    }

    private void explain(Context context) {
        json(context, parts.explains().explain(requests.body(context, Asks.Explain.class)));
    }

    private void journal(Context context) {
        JournalViews.Filter filter = new JournalViews.Filter(
                query(context, "slice"),
                word(context, "state", RecordState.class),
                query(context, "entity"),
                number(context, "before"),
                limit(context));
        json(context, parts.journal().list(filter));
    }

    private void record(Context context) {
        String id = context.pathParam("id");
        jsonOr404(context, parts.journal().find(id), "journal record " + id);
    }

    private void retry(Context context) {
        Asks.Change ask = requests.body(context, Asks.Change.class);
        String id = context.pathParam("id");
        if (id.length() > 64) {
            throw ApiError.notFound("journal record of that name");
        }
        requests.execute(context, new Command.RetryRecord(new RecordId(id)), ask.reason(), ask.expectedEpoch());
    }

    private void diffs(Context context) {
        json(context, Page.whole(parts.diffs().list(query(context, "slice"))));
    }

    private void diff(Context context) {
        String id = context.pathParam("id");
        jsonOr404(context, parts.diffs().find(id), "difference " + id);
    }

    private void feeds(Context context) {
        json(context, Page.whole(parts.feeds().feeds(query(context, "slice"))));
    }

    private void divergences(Context context) {
        json(context, Page.whole(parts.overview().divergences(query(context, "slice"))));
    }
}
