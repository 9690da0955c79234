package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.reconcile.Divergence.Kind;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.Portions;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells a divergence from a copy that is merely on its way: waits until a suspect's writes are delivered, then looks twice.
 * Only what is unequal and the same in both looks, with no write beginning or under way between them, is a divergence; what
 * changed meanwhile is looked at again, a bounded number of times.
 */
final class Confirm {

    private static final int LOOKS = 12;
    private static final int PATHS_KEPT = 20;
    private static final Duration DELIVERY_WAIT = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final StorePair stores;
    private final Function<EntityKey, Side> authorityOf;
    private final Quiet quiet;

    Confirm(StorePair stores, Function<EntityKey, Side> authorityOf, Quiet quiet) {
        this.stores = stores;
        this.authorityOf = authorityOf;
        this.quiet = quiet;
    }

    record Confirmed(List<Divergence> divergences, Set<EntityKey> unsettled) {
        private static Confirmed of(List<Confirmed> parts) {
            return new Confirmed(
                    parts.stream().flatMap(part -> part.divergences.stream()).toList(),
                    parts.stream().flatMap(part -> part.unsettled.stream()).collect(Collectors.toSet()));
        }
    }

    private record Pair(@Nullable Document legacy, @Nullable Document modern) {
        boolean equal() {
            return same(legacy, modern);
        }

        boolean sameAs(@Nullable Pair other) {
            return other != null && same(legacy, other.legacy) && same(modern, other.modern);
        }

        private static boolean same(@Nullable Document a, @Nullable Document b) {
            return a == null || b == null ? a == b : a.sameAs(b);
        }
    }

    Confirmed confirm(List<EntityKey> suspects) throws StoreException, InterruptedException {
        return Confirmed.of(Portions.each(suspects, this::batch));
    }

    private Confirmed batch(List<EntityKey> suspects) throws StoreException, InterruptedException {
        List<Divergence> divergences = new ArrayList<>();
        Map<EntityKey, Pair> seen = new HashMap<>();
        List<EntityKey> open = suspects;
        long since = quiet.now();
        for (int look = 0; look < LOOKS && !open.isEmpty(); look++) {
            quiet.awaitDelivered(open, look == 0 ? DELIVERY_WAIT : BETWEEN_LOOKS);
            long start = quiet.now();
            Map<EntityKey, Document> modern = stores.modern().read(open);
            Map<EntityKey, Document> legacy = stores.legacy().read(open);
            // Quiet since the look before: then both looks saw the stores at rest.
            Set<EntityKey> restless = new HashSet<>(quiet.restless(open, since));
            List<EntityKey> again = new ArrayList<>();
            for (EntityKey key : open) {
                Pair pair = new Pair(legacy.get(key), modern.get(key));
                if (pair.equal()) {
                    continue;
                }
                Pair before = seen.put(key, pair);
                if (!restless.contains(key) && pair.sameAs(before)) {
                    divergences.add(divergence(key, pair));
                } else {
                    again.add(key);
                }
            }
            since = start;
            open = again;
            if (!open.isEmpty()) {
                quiet.pause(BETWEEN_LOOKS);
            }
        }
        return new Confirmed(divergences, Set.copyOf(open));
    }

    private Divergence divergence(EntityKey key, Pair pair) {
        Document legacy = pair.legacy;
        Document modern = pair.modern;
        if (legacy != null && modern != null) {
            return new Divergence(stores.slice(), key, Kind.DIFFERENT, legacy.pathsDiffering(modern, PATHS_KEPT));
        }
        boolean authorityHasIt = (authorityOf.apply(key) == Side.LEGACY ? legacy : modern) != null;
        return new Divergence(stores.slice(), key, authorityHasIt ? Kind.MISSING : Kind.EXTRA, List.of());
    }
}
