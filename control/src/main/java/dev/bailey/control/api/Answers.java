package dev.bailey.control.api;

import dev.bailey.control.command.CommandResult;
import dev.bailey.model.route.SliceState;
import java.util.List;
import java.util.Optional;

/** What a command's result becomes: an answer with its status, or an error. The one table of both. */
final class Answers {

    private Answers() {}

    static CommandAnswer of(CommandResult result) {
        return switch (result) {
            case CommandResult.Done done ->
                answer(CommandAnswer.Outcome.DONE, done.message(), Optional.empty(), Optional.empty(), done.state());
            case CommandResult.Started started ->
                answer(
                        CommandAnswer.Outcome.STARTED,
                        started.message(),
                        Optional.of(started.job()),
                        Optional.empty(),
                        Optional.empty());
            case CommandResult.NeedsApproval needs ->
                answer(
                        CommandAnswer.Outcome.NEEDS_APPROVAL,
                        needs.message(),
                        Optional.empty(),
                        Optional.of(needs.approval()),
                        Optional.empty());
            case CommandResult.Refused refused -> throw error(refused);
        };
    }

    static int status(CommandAnswer answer) {
        return switch (answer.outcome()) {
            case DONE -> 200;
            case STARTED, NEEDS_APPROVAL -> 202;
        };
    }

    private static ApiError error(CommandResult.Refused refused) {
        List<GateView> gates = refused.gates().stream().map(GateView::of).toList();
        return switch (refused.cause()) {
            case NOT_FOUND -> error(ApiError.Code.NOT_FOUND, refused, "see `bailey status` for what there is", gates);
            case FORBIDDEN -> error(ApiError.Code.FORBIDDEN, refused, "ask somebody who may", gates);
            case STALE_EPOCH ->
                error(ApiError.Code.STALE_EPOCH, refused, "look at the status again, then decide anew", gates);
            case GATES ->
                error(
                        ApiError.Code.GATES,
                        refused,
                        "mend what the gates name, wait for their windows, or let an approver force it",
                        gates);
            case ILLEGAL -> error(ApiError.Code.ILLEGAL, refused, "see the phase table for what may follow", gates);
            case BUSY -> error(ApiError.Code.BUSY, refused, "wait until the running step has ended", gates);
            case ABORTED -> error(ApiError.Code.ABORTED, refused, "nothing was lost; try again", gates);
            case INVALID -> error(ApiError.Code.INVALID, refused, "correct the request", gates);
            case STORES ->
                error(
                        ApiError.Code.INVALID,
                        refused,
                        "nothing was changed; look again with `bailey plan FILE` when it is mended, then repeat the step",
                        gates);
        };
    }

    private static ApiError error(
            ApiError.Code code, CommandResult.Refused refused, String remedy, List<GateView> gates) {
        return new ApiError(code, refused.message(), remedy, gates);
    }

    private static CommandAnswer answer(
            CommandAnswer.Outcome outcome,
            String message,
            Optional<String> job,
            Optional<String> approval,
            Optional<SliceState> state) {
        return new CommandAnswer(outcome, message, job, approval, state.map(Answers::standing));
    }

    private static CommandAnswer.Standing standing(SliceState state) {
        return new CommandAnswer.Standing(
                state.slice().value(),
                state.phase(),
                state.ramp().toString(),
                state.cohorts().stream().sorted().toList(),
                state.epoch().value());
    }
}
