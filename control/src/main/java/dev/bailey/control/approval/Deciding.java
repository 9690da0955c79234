package dev.bailey.control.approval;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Decides requests as the second person: a granted command is executed at once as its asker's, under the approval's id. */
final class Deciding implements Commands {

    private final ApprovalDesk desk;
    private final Commands executor;
    private final Function<SliceName, Optional<Epoch>> epochNow;

    Deciding(ApprovalDesk desk, Commands executor, Function<SliceName, Optional<Epoch>> epochNow) {
        this.desk = desk;
        this.executor = executor;
        this.epochNow = epochNow;
    }

    @Override
    public CommandResult execute(Command command, Issue issue) {
        return command instanceof Command.Approve approve ? decide(approve, issue) : executor.execute(command, issue);
    }

    private CommandResult decide(Command.Approve approve, Issue issue) {
        Optional<Approval> found = desk.find(approve.approval());
        if (found.isEmpty()) {
            return refused(Cause.NOT_FOUND, "no approval " + approve.approval() + "; list them with `bailey approve`");
        }
        Approval asked = found.get();
        if (asked.state() != Approval.State.WAITING) {
            return refused(Cause.ILLEGAL, closed(asked));
        }
        if (approve.granted() && asked.asker().equalsIgnoreCase(issue.actor())) {
            return refused(
                    Cause.FORBIDDEN,
                    issue.actor() + " asked for it, so somebody else must approve it"
                            + " (two tokens of one name are one person)");
        }
        if (!approve.granted()) {
            return desk.decide(asked.id(), Approval.State.REFUSED, issue.actor(), issue.reason())
                    ? new CommandResult.Done("refused; nothing was changed", Optional.empty())
                    : tooLate(asked);
        }
        return grant(asked, issue);
    }

    private CommandResult grant(Approval asked, Issue issue) {
        Optional<Epoch> now =
                asked.command() instanceof Command.OfSlice of ? epochNow.apply(of.slice()) : Optional.empty();
        if (asked.epoch().isPresent()
                && now.isPresent()
                && now.get().value() != asked.epoch().get()) {
            desk.decide(asked.id(), Approval.State.EXPIRED, issue.actor(), issue.reason());
            return refused(
                    Cause.STALE_EPOCH,
                    "the slice moved on since it was asked: epoch " + now.get() + " (expected "
                            + asked.epoch().get() + "); ask again");
        }
        if (!desk.decide(asked.id(), Approval.State.GRANTED, issue.actor(), issue.reason())) {
            return tooLate(asked);
        }
        Issue asAsker = new Issue(
                asked.asker(),
                asked.roles(),
                issue.at(),
                asked.reason(),
                asked.epoch().map(Epoch::new),
                Optional.of(asked.id()));
        CommandResult result = executor.execute(asked.command(), asAsker);
        desk.result(asked.id(), result.message());
        return result;
    }

    private CommandResult tooLate(Approval asked) {
        return refused(
                Cause.ILLEGAL, desk.find(asked.id()).map(Deciding::closed).orElse("the approval is gone"));
    }

    private static String closed(Approval approval) {
        return switch (approval.state()) {
            case WAITING -> "approval " + approval.id() + " is being decided by somebody else; look again";
            case GRANTED ->
                "approval " + approval.id() + " was granted already by "
                        + approval.decidedBy().orElse("somebody");
            case REFUSED ->
                "approval " + approval.id() + " was refused already by "
                        + approval.decidedBy().orElse("somebody");
            case EXPIRED ->
                "approval " + approval.id() + " is over (it waited until " + approval.expiresAt()
                        + ", or its slice moved on); ask again";
        };
    }

    private static CommandResult refused(Cause cause, String message) {
        return new CommandResult.Refused(cause, message, List.of());
    }
}
