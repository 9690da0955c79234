package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of a batch of documents written or keys deleted. What is in none of the three parts was not tried.
 *
 * @param done written or deleted (a deleted key need not have been there)
 * @param newer left alone: the store holds a newer version
 * @param refused the store will not have it, whenever it is tried; with the reason
 */
public record WriteReport(List<EntityKey> done, Set<EntityKey> newer, Map<EntityKey, String> refused) {

    public static final WriteReport NOTHING = new WriteReport(List.of(), Set.of(), Map.of());

    public WriteReport {
        done = List.copyOf(done);
        newer = Set.copyOf(newer);
        refused = Map.copyOf(refused);
    }

    public static WriteReport done(List<EntityKey> keys) {
        return new WriteReport(keys, Set.of(), Map.of());
    }

    public static WriteReport refused(EntityKey key, String reason) {
        return new WriteReport(List.of(), Set.of(), Map.of(key, reason));
    }

    public WriteReport plus(WriteReport other) {
        List<EntityKey> allDone = new ArrayList<>(done);
        allDone.addAll(other.done);
        Set<EntityKey> allNewer = new HashSet<>(newer);
        allNewer.addAll(other.newer);
        Map<EntityKey, String> allRefused = new HashMap<>(refused);
        allRefused.putAll(other.refused);
        return new WriteReport(allDone, allNewer, allRefused);
    }
}
