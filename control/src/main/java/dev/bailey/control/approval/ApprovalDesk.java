package dev.bailey.control.approval;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandText;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import dev.bailey.control.state.ApprovalTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Where commands wait for a second person. A request is durable when its id is given; the same command asked again by the
 * same actor at the same epoch keeps its id. Thread-safe.
 */
public final class ApprovalDesk {

    /** How long a request waits when nothing else is set. */
    public static final Duration DEFAULT_LIFE = Duration.ofHours(24);

    private static final int SHOWN = 200;

    private final ApprovalTable table;
    private final Supplier<String> ids;
    private final InstantSource clock;
    private final Duration life;

    /** @param ids gives short ids that were never given before */
    public ApprovalDesk(ApprovalTable table, Supplier<String> ids, InstantSource clock, Duration life) {
        this.table = table;
        this.ids = ids;
        this.clock = clock;
        this.life = life;
    }

    /** Files a request and gives its id. */
    public synchronized String request(Command command, Issue issue, String why) {
        Instant now = clock.instant();
        String json = CommandText.write(command);
        Optional<Long> epoch = issue.expected().map(expected -> expected.value());
        Optional<Approval> same = latest().stream()
                .filter(known -> known.state() == Approval.State.WAITING
                        && known.asker().equalsIgnoreCase(issue.actor())
                        && known.epoch().equals(epoch)
                        && CommandText.write(known.command()).equals(json))
                .findFirst();
        if (same.isPresent()) {
            return same.get().id();
        }
        String id = ids.get();
        table.insert(new ApprovalTable.Row(
                id,
                json,
                why,
                epoch,
                issue.actor(),
                issue.roles().stream().map(Role::name).sorted().collect(Collectors.joining(",")),
                issue.reason(),
                now,
                now.plus(life),
                Approval.State.WAITING.name(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
        return id;
    }

    /** The latest requests, newest first. */
    public List<Approval> latest() {
        return table.latest(SHOWN).stream().map(this::approval).toList();
    }

    public Optional<Approval> find(String id) {
        return table.find(id).map(this::approval);
    }

    /** Decides a request that waits; false when it does not wait any more. */
    boolean decide(String id, Approval.State state, String by, String reason) {
        return table.decide(id, state.name(), by, clock.instant(), reason);
    }

    void result(String id, String result) {
        table.result(id, result);
    }

    private Approval approval(ApprovalTable.Row row) {
        Approval.State stored = Approval.State.valueOf(row.state());
        boolean over = stored == Approval.State.WAITING && !clock.instant().isBefore(row.expiresAt());
        return new Approval(
                row.id(),
                CommandText.read(row.command()),
                row.why(),
                row.epoch(),
                row.asker(),
                Arrays.stream(row.roles().split(","))
                        .filter(role -> !role.isEmpty())
                        .map(Role::valueOf)
                        .collect(Collectors.toSet()),
                row.reason(),
                row.askedAt(),
                row.expiresAt(),
                over ? Approval.State.EXPIRED : stored,
                row.decidedBy(),
                row.decidedAt(),
                row.decisionReason(),
                row.result());
    }
}
