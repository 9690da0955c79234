package dev.bailey.app.wiring;

import dev.bailey.control.state.PartitionTable.Held;
import dev.bailey.model.write.Partition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who shall deliver which partition: all of them whoever leads, where its work needs that; else about as many each, moving as few as
 * possible. What has no key always goes with the lead.
 */
final class PartitionPlan {

    private PartitionPlan() {}

    /**
     * @param now how it is
     * @param carriers origins of the lives that may have some
     * @param leader one of them
     * @param isAlone whether the leader shall have all
     */
    static Map<Partition, String> of(List<Held> now, List<String> carriers, String leader, boolean isAlone) {
        Map<Partition, String> plan = new TreeMap<>();
        if (isAlone || carriers.isEmpty()) {
            now.forEach(held -> plan.put(held.partition(), leader));
            return plan;
        }
        Map<String, Integer> load = new HashMap<>();
        carriers.forEach(carrier -> load.put(carrier, 0));
        int most = (now.size() - 1 + carriers.size() - 1) / carriers.size();
        for (Held held : now) {
            if (held.partition().equals(Partition.KEYLESS)) {
                plan.put(held.partition(), leader);
            } else if (load.getOrDefault(held.wanted(), most) < most) {
                plan.put(held.partition(), held.wanted());
                load.merge(held.wanted(), 1, Integer::sum);
            }
        }
        for (Held held : now) {
            plan.computeIfAbsent(held.partition(), _ -> {
                String least = carriers.stream()
                        .min((one, other) -> Integer.compare(load.getOrDefault(one, 0), load.getOrDefault(other, 0)))
                        .orElse(leader);
                load.merge(least, 1, Integer::sum);
                return least;
            });
        }
        return plan;
    }
}
