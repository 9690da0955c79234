package dev.bailey.control.api;

import dev.bailey.control.access.Token;
import dev.bailey.control.approval.Approval;
import dev.bailey.control.audit.AuditEntry;
import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandText;
import java.util.Optional;

/** Tokens, approvals and audit entries as the API shows them. */
final class Governed {

    private Governed() {}

    static AuditEntryView entry(AuditEntry entry) {
        return new AuditEntryView(
                entry.sequence(),
                entry.at(),
                entry.actor(),
                ApiJson.label(entry.kind()),
                entry.of(),
                entry.action(),
                entry.subject(),
                entry.reason(),
                entry.outcome(),
                entry.message(),
                entry.detail(),
                entry.hash());
    }

    static ApprovalView approval(Approval approval) {
        return new ApprovalView(
                approval.id(),
                CommandText.name(approval.command()),
                CommandText.inWords(approval.command()),
                approval.why(),
                approval.command() instanceof Command.OfSlice of
                        ? Optional.of(of.slice().value())
                        : Optional.empty(),
                approval.epoch(),
                approval.asker(),
                approval.reason(),
                approval.askedAt(),
                approval.expiresAt(),
                ApprovalView.State.valueOf(approval.state().name()),
                approval.decidedBy(),
                approval.decidedAt(),
                approval.decisionReason(),
                approval.result());
    }

    static TokenView token(Token token) {
        return new TokenView(
                token.id(),
                token.name(),
                token.role(),
                token.createdBy(),
                token.createdAt(),
                token.expiresAt(),
                token.lastUsedAt(),
                token.revokedAt());
    }
}
