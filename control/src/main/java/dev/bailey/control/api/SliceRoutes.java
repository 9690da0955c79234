package dev.bailey.control.api;

import static dev.bailey.control.api.Requests.json;
import static dev.bailey.control.api.Requests.jsonOr404;
import static dev.bailey.control.api.Requests.ramp;
import static dev.bailey.control.api.Requests.slice;

import dev.bailey.control.command.Command;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.EntityKey;
import io.javalin.http.Context;

/** Where the migration stands, and the commands that move its slices. */
final class SliceRoutes {

    private static final Ramp REHEARSAL = new Ramp(100);

    private final Requests requests;
    private final Overview overview;
    private final VersionViews versions;

    private SliceRoutes(Requests requests, Overview overview, VersionViews versions) {
        this.requests = requests;
        this.overview = overview;
        this.versions = versions;
    }

    static void add(Routing routing, Requests requests, Overview overview, VersionViews versions) {
        SliceRoutes routes = new SliceRoutes(requests, overview, versions);
        routing.get("/status", Access.VIEWER, context -> json(context, overview.status()));
        routing.get("/phases", Access.VIEWER, context -> json(context, Page.whole(PhaseView.table())));
        routing.get("/slices/{slice}/gates", Access.VIEWER, routes::gates);
        routing.get("/slices/{slice}/history", Access.VIEWER, routes::history);
        routing.get("/slices/{slice}/versions", Access.VIEWER, routes::versions);
        routing.post("/slices/{slice}/advance", Access.OPERATOR, routes::advance);
        routing.post("/slices/{slice}/back", Access.OPERATOR, routes::back);
        routing.post("/slices/{slice}/rollback", Access.OPERATOR, routes::rollback);
        routing.post("/slices/{slice}/backfill", Access.OPERATOR, routes::backfill);
        routing.post("/slices/{slice}/reconcile", Access.OPERATOR, routes::reconcile);
        routing.post("/slices/{slice}/rehearse", Access.OPERATOR, routes::rehearse);
        routing.post("/slices/{slice}/hold", Access.OPERATOR, routes::hold);
        routing.post("/slices/{slice}/unpark", Access.OPERATOR, routes::unpark);
        routing.post("/slices/{slice}/forget-differences", Access.OPERATOR, routes::forgetDifferences);
        routing.post("/kill", Access.OPERATOR, routes::kill);
    }

    private void gates(Context context) {
        String slice = context.pathParam("slice");
        jsonOr404(context, overview.gates(slice), "slice " + slice);
    }

    private void history(Context context) {
        String slice = context.pathParam("slice");
        jsonOr404(context, overview.history(slice).map(Page::whole), "slice " + slice);
    }

    private void versions(Context context) {
        String slice = context.pathParam("slice");
        jsonOr404(context, versions.versions(slice), "slice " + slice);
    }

    private void advance(Context context) {
        Asks.Advance ask = requests.body(context, Asks.Advance.class);
        Command command =
                new Command.Advance(slice(context), ask.to(), ask.ramp().map(Requests::ramp), ask.force());
        requests.execute(context, command, ask.reason(), ask.expectedEpoch());
    }

    private void back(Context context) {
        Asks.Undo ask = requests.body(context, Asks.Undo.class);
        requests.execute(context, new Command.Back(slice(context), ask.force()), ask.reason(), ask.expectedEpoch());
    }

    private void rollback(Context context) {
        Asks.Undo ask = requests.body(context, Asks.Undo.class);
        requests.execute(context, new Command.Rollback(slice(context), ask.force()), ask.reason(), ask.expectedEpoch());
    }

    private void backfill(Context context) {
        Asks.Backfill ask = requests.body(context, Asks.Backfill.class);
        Command command = new Command.Backfill(slice(context), ask.rate().map(Requests::rate), ask.paused());
        requests.execute(context, command, ask.reason(), ask.expectedEpoch());
    }

    private void reconcile(Context context) {
        Asks.Reconcile ask = requests.body(context, Asks.Reconcile.class);
        long rate = ask.rate().orElse(0L);
        if (rate < 0) {
            throw StrictBody.invalid("the field \"rate\" is " + rate, "give entities a second, or leave it out");
        }
        Command command = new Command.Reconcile(slice(context), ask.repair(), ask.dryRun(), rate);
        requests.execute(context, command, ask.reason(), ask.expectedEpoch());
    }

    private void rehearse(Context context) {
        Asks.Rehearse ask = requests.body(context, Asks.Rehearse.class);
        Ramp cohort = ask.cohort().map(share -> ramp(share)).orElse(REHEARSAL);
        requests.execute(context, new Command.Rehearse(slice(context), cohort), ask.reason(), ask.expectedEpoch());
    }

    private void hold(Context context) {
        Asks.Hold ask = requests.body(context, Asks.Hold.class);
        requests.execute(context, new Command.Hold(slice(context), ask.held()), ask.reason(), ask.expectedEpoch());
    }

    private void unpark(Context context) {
        Asks.Unpark ask = requests.body(context, Asks.Unpark.class);
        if (ask.entity().isEmpty()) {
            throw StrictBody.invalid("the field \"entity\" is empty", "give the entity's key");
        }
        Command command = new Command.Unpark(slice(context), new EntityKey(ask.entity()));
        requests.execute(context, command, ask.reason(), ask.expectedEpoch());
    }

    private void forgetDifferences(Context context) {
        change(context, new Command.ForgetDifferences(slice(context)));
    }

    private void kill(Context context) {
        change(context, new Command.Kill());
    }

    private void change(Context context, Command command) {
        Asks.Change ask = requests.body(context, Asks.Change.class);
        requests.execute(context, command, ask.reason(), ask.expectedEpoch());
    }
}
