package dev.bailey.control.audit;

import dev.bailey.control.access.Hash;
import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandText;
import dev.bailey.control.command.Issue;
import dev.bailey.control.state.AuditTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The tamper-evident trail of every change: append-only, each entry's hash covers the entry before. What is written is
 * durable when the method returns. Thread-safe.
 */
public final class AuditTrail {

    private static final int LONGEST_TEXT = 2_000;

    private final AuditTable table;
    private final InstantSource clock;

    public AuditTrail(AuditTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    /** Writes that a command is about to be done; gives the sequence its result refers to. */
    public long intent(Command command, Issue issue) {
        return append(
                issue.actor(),
                AuditEntry.Kind.INTENT,
                Optional.empty(),
                CommandText.name(command),
                CommandText.subject(command),
                issue.reason(),
                Optional.empty(),
                CommandText.inWords(command) + underApproval(issue),
                detail(command));
    }

    /** Writes what became of it. */
    public void result(long intent, Command command, Issue issue, CommandResult result) {
        outcome(Optional.of(intent), command, issue, label(result), result.message());
    }

    /** Writes that doing it failed with a bug or a broken disk, so that its effect is not known. */
    public void failed(long intent, Command command, Issue issue, String message) {
        outcome(Optional.of(intent), command, issue, "failed", message);
    }

    /** Writes a command that was refused before anything was tried. */
    public void refused(Command command, Issue issue, String message) {
        outcome(Optional.empty(), command, issue, "refused", message);
    }

    /** Writes a change that is not a command, such as a new token. */
    public void change(String actor, String action, String subject, String reason, String outcome, String message) {
        append(
                actor,
                AuditEntry.Kind.RESULT,
                Optional.empty(),
                action,
                Optional.of(subject),
                reason,
                Optional.of(outcome),
                message,
                "");
    }

    /** Writes a failed login. The caller bounds how many. */
    public void failedLogin(String address, String what) {
        append(
                "unknown",
                AuditEntry.Kind.LOGIN,
                Optional.empty(),
                "login",
                Optional.of(address),
                "",
                Optional.of("refused"),
                what,
                "");
    }

    /** Writes a move the watch made by itself. */
    public void shift(String slice, String action, String reason, String message) {
        append(
                "bailey",
                AuditEntry.Kind.SHIFT,
                Optional.empty(),
                action,
                Optional.of(slice),
                reason,
                Optional.of("done"),
                message,
                "");
    }

    /** Entries before a sequence, newest first. */
    public List<AuditEntry> before(long sequence, int limit) {
        return table.before(sequence, limit).stream().map(Entries::entry).toList();
    }

    /** Hash of the last entry; of nothing, 64 zeros. */
    public String head() {
        return table.before(Long.MAX_VALUE, 1).stream()
                .findFirst()
                .map(AuditTable.Row::hash)
                .orElse(Entries.GENESIS);
    }

    /** Walks the whole chain. */
    public AuditCheck check() {
        ChainWalk walk = new ChainWalk();
        table.each(walk::step);
        return walk.end(table.highest());
    }

    private void outcome(Optional<Long> intent, Command command, Issue issue, String outcome, String message) {
        append(
                issue.actor(),
                AuditEntry.Kind.RESULT,
                intent,
                CommandText.name(command),
                CommandText.subject(command),
                issue.reason(),
                Optional.of(outcome),
                message,
                intent.isPresent() ? "" : detail(command));
    }

    private long append(
            String actor,
            AuditEntry.Kind kind,
            Optional<Long> of,
            String action,
            Optional<String> subject,
            String reason,
            Optional<String> outcome,
            String message,
            String detail) {
        Instant at = clock.instant();
        return table.append(last -> Entries.row(
                        new AuditEntry(
                                last.map(AuditTable.Row::sequence).orElse(0L) + 1,
                                at,
                                actor,
                                kind,
                                of,
                                action,
                                subject.map(AuditTrail::bounded),
                                bounded(reason),
                                outcome,
                                bounded(message),
                                detail,
                                ""),
                        last.map(AuditTable.Row::hash).orElse(Entries.GENESIS)))
                .sequence();
    }

    private static String underApproval(Issue issue) {
        return issue.approval().map(id -> ", under approval " + id).orElse("");
    }

    /** A migration file is named by its hash: it may be long, and the history keeps it whole. */
    private static String detail(Command command) {
        return command instanceof Command.Apply apply
                ? "{\"command\":\"apply\",\"sha256\":\"" + Hash.of(apply.file()) + "\"}"
                : CommandText.write(command);
    }

    private static String label(CommandResult result) {
        return switch (result) {
            case CommandResult.Done _ -> "done";
            case CommandResult.Started _ -> "started";
            case CommandResult.NeedsApproval _ -> "needs-approval";
            case CommandResult.Refused _ -> "refused";
        };
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
