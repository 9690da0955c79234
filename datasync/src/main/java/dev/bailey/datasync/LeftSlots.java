package dev.bailey.datasync;

import dev.bailey.datasync.feed.debezium.MadeName;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.sql.IdleSlots;
import dev.bailey.datasync.store.sql.IdleSlots.Idle;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.FeedSpec.Topic;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replication slots that are called as this migration's are, that nobody reads and that no feed of the file makes: of a feed that
 * was taken out of it, unless their publication's comment names another migration. Looked for in every PostgreSQL database the file has a login for, each once.
 */
final class LeftSlots {

    private static final Logger LOG = LoggerFactory.getLogger(LeftSlots.class);

    private final String migration;
    private final String prefix;
    private final Set<String> declared = new HashSet<>();
    private final Set<String> looked = new HashSet<>();

    LeftSlots(MigrationSpec spec) {
        this.migration = spec.migration();
        this.prefix = MadeName.prefix(spec.migration());
        for (SliceSpec slice : spec.slices()) {
            for (FeedSpec feed : slice.feeds()) {
                if (feed.source() instanceof Capture capture) {
                    declared.add(MadeName.of(spec.migration(), slice.name(), feed, capture));
                }
            }
        }
    }

    /** @param problems of the slice: a side that is away is not asked once more */
    Map<Side, List<String>> warnings(SliceSpec slice, DataSpec data, List<StoreProblem> problems) {
        Map<Side, List<String>> warnings = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            if (problems.stream().noneMatch(problem -> problem.side() == side && problem.away())) {
                for (Login login : logins(slice, data, side)) {
                    if (login.jdbc().startsWith("jdbc:postgresql:")
                            && looked.add(login.jdbc().replaceAll("[?].*", ""))) {
                        left(slice, side, login)
                                .forEach(one -> warnings.computeIfAbsent(side, _ -> new ArrayList<>())
                                        .add(one));
                    }
                }
            }
        }
        return warnings;
    }

    private static Set<Login> logins(SliceSpec slice, DataSpec data, Side side) {
        Set<Login> logins = new LinkedHashSet<>();
        if ((side == Side.LEGACY ? data.legacy() : data.modern()) instanceof SqlStore sql) {
            logins.add(new Login(sql.jdbc(), sql.user(), sql.password()));
        }
        for (FeedSpec feed : slice.feeds()) {
            if (feed.side() == side) {
                switch (feed.source()) {
                    case Capture capture -> logins.add(capture.login());
                    case Outbox outbox -> logins.add(outbox.login());
                    case Topic _ -> {}
                }
            }
        }
        return logins;
    }

    private List<String> left(SliceSpec slice, Side side, Login login) {
        try {
            return IdleSlots.of("slice " + slice.name() + ", " + side.label(), login, prefix).stream()
                    .filter(idle -> !declared.contains(idle.slot())
                            && idle.migration().orElse(migration).equals(migration))
                    .map(this::told)
                    .toList();
        } catch (StoreException e) {
            LOG.debug("slots are not looked for: {}", e.getMessage());
            return List.of();
        }
    }

    /** Only of what is known to be this migration's it is said how to drop it. */
    private String told(Idle idle) {
        String what = "replication slot " + idle.slot()
                + " is of no feed in the file, nobody reads it, and the database keeps " + idle.kept()
                + " of its log for it; ";
        return idle.migration().isPresent()
                ? what + "Bailey drops it at its next start where it made it, else: select pg_drop_replication_slot('"
                        + idle.slot() + "'); drop publication " + idle.slot()
                : what + "nothing in the database tells whose it is: this migration's, or that of another whose name"
                        + " begins with " + migration + " too; ask them before you drop it";
    }
}
