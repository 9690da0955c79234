package dev.bailey.datasync.backfill;

import dev.bailey.datasync.refresh.Copied;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Copies a range of keys. What the follower lacks is carried there in bulk, the follower is read again, and every key that
 * then differs is refreshed on its own: so the bulk needs no more than to be quick, and what it got wrong, left out or wrote
 * over something newer is seen and put right. Thread-safe.
 */
final class Chunk {

    private static final int RECHECKS = 5;
    private static final Duration DELIVERY_WAIT = Duration.ofSeconds(5);

    private final Reading reading;
    private final Side authority;
    private final Refresh refresh;
    private final Quiet quiet;
    private final OptionalLong sourceRead;

    /** @param unsettled entities that were being written all the while */
    record Result(long scanned, Copied copied, long unsettled) {}

    /** @param sourceRead since when writes may be missing in what is read; empty where they never are */
    Chunk(Reading reading, Side authority, Refresh refresh, Quiet quiet, OptionalLong sourceRead) {
        this.reading = reading;
        this.authority = authority;
        this.refresh = refresh;
        this.quiet = quiet;
        this.sourceRead = sourceRead;
    }

    /**
     * What the first half of a copy did.
     *
     * @param held digests of what the follower held before
     * @param wanted digests of what the authority had
     */
    record Bulk(Map<EntityKey, Long> held, Map<EntityKey, Long> wanted, Carry carry) {}

    /** Carries to the follower in bulk what it lacks; no more than a beginning, see {@link #copy}. */
    static Bulk carry(Reading reading, KeyRange range) throws StoreException {
        Map<EntityKey, Long> held = reading.held(range);
        Carry carry = reading.carry(held.isEmpty());
        return new Bulk(held, reading.wanted(range, held, carry), carry);
    }

    Result copy(KeyRange range) throws StoreException, InterruptedException {
        long start = sourceRead.orElseGet(quiet::now);
        Bulk bulk = carry(reading, range);
        Map<EntityKey, Long> held = bulk.held();
        Map<EntityKey, Long> wanted = bulk.wanted();
        Set<EntityKey> carried = bulk.carry().written();
        Map<EntityKey, Long> holds = carried.isEmpty() ? held : reading.held(range);
        List<EntityKey> all = new ArrayList<>(wanted.keySet());
        holds.keySet().stream().filter(key -> !wanted.containsKey(key)).forEach(all::add);
        List<EntityKey> differing = all.stream()
                .filter(key -> !Reading.same(wanted.get(key), holds.get(key)))
                .toList();
        Copied refreshed = refresh.copy(authority, differing);
        carried.removeAll(refreshed.refused().keySet());
        Copied copied = new Copied(carried, Set.of(), Map.of(), Set.of()).then(refreshed);
        List<EntityKey> restless = quiet.restless(all, start);
        for (int i = 0; i < RECHECKS && !restless.isEmpty(); i++) {
            quiet.awaitDelivered(restless, DELIVERY_WAIT);
            long again = quiet.now();
            copied = copied.again(restless).then(refresh.copy(authority, restless));
            restless = quiet.restless(restless, again);
        }
        Set<EntityKey> unsettled = new HashSet<>(restless);
        unsettled.addAll(copied.changedAgain());
        return new Result(wanted.size(), copied, unsettled.size());
    }
}
