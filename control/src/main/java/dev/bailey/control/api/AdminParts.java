package dev.bailey.control.api;

import dev.bailey.control.access.Tokens;
import dev.bailey.control.approval.ApprovalDesk;
import dev.bailey.control.audit.AuditTrail;
import dev.bailey.control.command.Commands;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the admin port stands on.
 *
 * @param commands the guarded door: authorised and audited
 * @param metrics the Prometheus text
 * @param notReady why the process cannot serve yet; empty when it can
 */
public record AdminParts(
        Commands commands,
        Overview overview,
        JournalViews journal,
        DiffViews diffs,
        Explains explains,
        FeedViews feeds,
        VersionViews versions,
        ConfigViews config,
        Tokens tokens,
        ApprovalDesk approvals,
        AuditTrail audit,
        Narrator narrator,
        Supplier<String> metrics,
        Supplier<Optional<String>> notReady,
        InstantSource clock) {}
