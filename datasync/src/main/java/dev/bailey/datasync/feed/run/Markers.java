package dev.bailey.datasync.feed.run;

import dev.bailey.datasync.feed.Feed;
import dev.bailey.datasync.feed.FeedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Markers on their way through a feed. Some are fences that somebody waits for, one at a time is a probe that tells how far
 * behind the feed is. Fences may be asked for on any thread; the rest is the runner's.
 */
final class Markers {

    static final Duration PROBE_EVERY = Duration.ofSeconds(2);

    private final Supplier<String> ids;
    private final InstantSource clock;
    private final Map<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

    /** When each was put at the source, in that order. */
    private final Map<String, Instant> under = new LinkedHashMap<>();

    private Instant lastProbe = Instant.EPOCH;

    Markers(Supplier<String> ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /** Completes when everything committed at the source before this call has been applied. */
    CompletableFuture<Void> fence() {
        CompletableFuture<Void> through = new CompletableFuture<>();
        String marker = ids.get();
        asked.put(marker, through);
        through.whenComplete((done, failed) -> asked.remove(marker));
        return through;
    }

    /** Puts what is due at the source. */
    void put(Feed feed) throws FeedException, InterruptedException {
        for (String marker : Set.copyOf(asked.keySet())) {
            if (!under.containsKey(marker)) {
                put(feed, marker);
            }
        }
        Instant now = clock.instant();
        if (!now.isBefore(lastProbe.plus(PROBE_EVERY)) && under.size() < 100) {
            lastProbe = now;
            put(feed, ids.get());
        }
    }

    private void put(Feed feed, String marker) throws FeedException, InterruptedException {
        Instant before = clock.instant();
        feed.mark(marker);
        under.put(marker, before);
    }

    /**
     * These came through, and so did every marker put before them; all before them is applied. When the newest of them was
     * put, or {@code otherwise}.
     */
    Instant came(Set<String> markers, Instant otherwise) {
        Instant newest = otherwise;
        List<String> passed = new ArrayList<>();
        List<String> through = new ArrayList<>();
        for (Map.Entry<String, Instant> each : under.entrySet()) {
            passed.add(each.getKey());
            if (markers.contains(each.getKey())) {
                newest = each.getValue();
                through = List.copyOf(passed);
            }
        }
        for (String marker : through) {
            under.remove(marker);
            CompletableFuture<Void> fence = asked.get(marker);
            if (fence != null) {
                fence.complete(null);
            }
        }
        return newest;
    }

    /** The feed was closed: what was under way may come again, or never. */
    void forget() {
        under.clear();
        lastProbe = Instant.EPOCH;
    }
}
