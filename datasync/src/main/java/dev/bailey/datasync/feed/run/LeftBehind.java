package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.MariaLog;
import dev.bailey.datasync.store.sql.PostgresLog;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.StoreSpec;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.FeedSpec.Topic;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What captures made at databases, and the file declares no more: a slot that nobody reads keeps its database's log for ever.
 * It is dropped with any login of the file for the same database; until then it stands among the feeds as failing. Thread-safe.
 */
final class LeftBehind implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);
    private static final Duration BETWEEN = Duration.ofSeconds(10);
    /** Begins the memory's key of what was made; the database and the name there follow. */
    private static final String MADE = "made ";

    private final Progress memory;
    private final List<Login> logins;
    private final Pause pause;
    private final Instant since;
    private final Map<String, Left> left = new ConcurrentSkipListMap<>();

    /**
     * @param database its address without parameters, which may hold a password
     * @param why it is still there
     */
    private record Left(SliceName slice, String feed, String database, String made, String why) {

        boolean isPostgres() {
            return database.startsWith("jdbc:postgresql:");
        }

        String what() {
            return (isPostgres() ? "slot and publication " : "table ") + made + " at " + database;
        }

        String remedy() {
            return isPostgres()
                    ? "select pg_drop_replication_slot('" + made + "'); drop publication " + made
                    : "drop table `" + made + "`";
        }

        Left because(String reason) {
            return new Left(slice, feed, database, made, reason);
        }
    }

    private LeftBehind(Progress memory, List<Login> logins, Pause pause, Instant since) {
        this.memory = memory;
        this.logins = List.copyOf(logins);
        this.pause = pause;
        this.since = since;
    }

    /**
     * Notes what the declared captures make, before they do, and finds what earlier ones left.
     *
     * @param names of what each declared capture makes, by slice and feed
     */
    static LeftBehind of(MigrationSpec spec, FeedPorts ports, Map<String, String> names) {
        Progress memory = ports.memory();
        LeftBehind all = new LeftBehind(
                memory, logins(spec), ports.pause(), ports.clock().instant());
        List<String> declared = new ArrayList<>();
        Set<String> living = new HashSet<>();
        for (SliceSpec slice : spec.slices()) {
            for (FeedSpec feed : slice.feeds()) {
                if (feed.source() instanceof Capture capture) {
                    String whose = slice.name() + "/" + feed.name();
                    String key = MADE + database(capture.login().jdbc()) + " " + names.get(whose);
                    declared.add(key);
                    living.add(whose + " " + names.get(whose));
                    if (!memory.load(key).orElse("").equals(whose)) {
                        memory.save(key, whose);
                    }
                }
            }
        }
        for (String key : memory.ids()) {
            String whose = key.startsWith(MADE) && !declared.contains(key)
                    ? memory.load(key).orElse("")
                    : "";
            if (!whose.isEmpty()) {
                Left one = left(key, whose);
                if (living.contains(whose + " " + one.made)) {
                    // The same, most likely, under another spelling of its address: it must not be dropped.
                    LOG.warn(
                            "slice {}, feed {}: its database has another address now; if it is another server, drop what"
                                    + " is left at the former one: {} ({})",
                            one.slice,
                            one.feed,
                            one.what(),
                            one.remedy());
                    memory.save(key, "");
                } else if (memory.load(whose + "/offsets").orElse("").isEmpty()) {
                    memory.save(key, ""); // let go before it was taken out
                } else {
                    all.left.put(key, one);
                }
            }
        }
        return all;
    }

    private static Left left(String key, String whose) {
        int gap = key.lastIndexOf(' ');
        int slash = whose.indexOf('/');
        return new Left(
                new SliceName(whose.substring(0, slash)),
                whose.substring(slash + 1),
                key.substring(MADE.length(), gap),
                key.substring(gap + 1),
                "it is to be dropped");
    }

    private static List<Login> logins(MigrationSpec spec) {
        List<Login> logins = new ArrayList<>();
        for (SliceSpec slice : spec.slices()) {
            for (FeedSpec feed : slice.feeds()) {
                switch (feed.source()) {
                    case Capture capture -> logins.add(capture.login());
                    case Outbox outbox -> logins.add(outbox.login());
                    case Topic _ -> {}
                }
            }
            slice.data().stream().flatMap(LeftBehind::stores).forEach(store -> {
                if (store instanceof SqlStore sql) {
                    logins.add(new Login(sql.jdbc(), sql.user(), sql.password()));
                }
            });
        }
        return logins;
    }

    private static Stream<StoreSpec> stores(DataSpec data) {
        return Stream.of(data.legacy(), data.modern());
    }

    private static String database(String jdbc) {
        return jdbc.replaceAll("[?].*", "");
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    /** As feeds that fail, until they are gone. */
    List<FeedStatus> statuses() {
        return left.values().stream()
                .map(one -> new FeedStatus(
                        one.slice,
                        one.feed,
                        "capture",
                        Side.LEGACY,
                        FeedState.FAILING,
                        since,
                        "taken out of the file, and " + one.what() + " is left behind"
                                + (one.isPostgres() ? ", for which the database keeps its log" : "") + ": " + one.why
                                + "; drop it: " + one.remedy(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        0))
                .toList();
    }

    @Override
    public void run() {
        try {
            while (!left.isEmpty()) {
                left.forEach(this::tryDrop);
                if (!left.isEmpty()) {
                    pause.of(BETWEEN);
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryDrop(String key, Left one) {
        List<Login> able = logins.stream()
                .filter(login -> database(login.jdbc()).equals(one.database))
                .distinct()
                .toList();
        String why = "the file names no login for that database, so that Bailey can neither drop it nor see that it is"
                + " gone (put the feed back, and take it out when its slice carries nothing)";
        for (Login login : able) {
            try {
                drop(one, login);
                gone(key, one);
                return;
            } catch (StoreException e) {
                why = e.what();
            } catch (RuntimeException e) {
                LOG.error("{} could not be dropped", one.what(), e);
                why = e.toString();
            }
        }
        if (!why.equals(one.why)) {
            LOG.warn(
                    "slice {}, feed {}: {} is left behind: {}; drop it: {}",
                    one.slice,
                    one.feed,
                    one.what(),
                    why,
                    one.remedy());
            left.put(key, one.because(why));
        }
    }

    private static void drop(Left one, Login login) throws StoreException {
        String name = "slice " + one.slice + ", feed " + one.feed;
        if (one.isPostgres()) {
            try (PostgresLog log = PostgresLog.open(name, login, one.made)) {
                log.drop();
            }
        } else {
            try (MariaLog log = MariaLog.open(name, login, one.made)) {
                log.drop();
            }
        }
    }

    /** Put back under its name, a feed whose position is kept finds that its slot is gone, and owes what it missed. */
    private void gone(String key, Left one) {
        memory.save(key, "");
        left.remove(key);
        LOG.info("slice {}, feed {}: {} was left behind and is dropped", one.slice, one.feed, one.what());
    }
}
