package dev.bailey.datasync.feed.debezium;

import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import java.util.Locale;

/** What is made at a database for a feed is called so. */
public final class MadeName {

    private static final int LONGEST = 63;
    private static final int HASH = 9;

    private MadeName() {}

    /** A name that PostgreSQL takes for a slot, and MariaDB for a table. */
    public static String of(String migration, SliceName slice, FeedSpec feed, Capture capture) {
        String usual = plain("bailey_" + migration + "_" + slice + "_" + feed.name());
        return capture.slot()
                .orElse(
                        usual.length() <= LONGEST
                                ? usual
                                : usual.substring(0, LONGEST - HASH) + "_" + Integer.toHexString(usual.hashCode()));
    }

    /** What the usual names of a migration begin with; those of others may, too. */
    public static String prefix(String migration) {
        String whole = plain("bailey_" + migration + "_");
        return whole.substring(0, Math.min(whole.length(), LONGEST - HASH));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    }
}
