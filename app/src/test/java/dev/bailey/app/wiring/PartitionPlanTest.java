package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.state.PartitionTable.Held;
import dev.bailey.model.write.Partition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionPlanTest {

    private static final List<String> THREE = List.of("a#1", "b#1", "c#1");

    private final Map<Partition, String> among = plan(atFirst(), THREE, false);

    private static Map<Partition, String> plan(List<Held> now, List<String> carriers, boolean isAlone) {
        return PartitionPlan.of(now, carriers, "a#1", isAlone);
    }

    private static List<Held> atFirst() {
        return Partition.ALL.stream()
                .map(partition -> new Held(partition, "", "", false))
                .toList();
    }

    private static List<Held> as(Map<Partition, String> plan) {
        return plan.entrySet().stream()
                .map(held -> new Held(held.getKey(), held.getValue(), held.getValue(), true))
                .toList();
    }

    private static int of(Map<Partition, String> plan, String carrier) {
        return Collections.frequency(plan.values(), carrier);
    }

    private static long moved(Map<Partition, String> from, Map<Partition, String> to) {
        return Partition.ALL.stream()
                .filter(partition -> !Objects.equals(to.get(partition), from.get(partition)))
                .count();
    }

    @Test
    void eachHasAboutAsManyAndTheOneThatLeadsWhatHasNoKey() {
        assertThat(among).hasSize(33).containsEntry(Partition.KEYLESS, "a#1");
        assertThat(List.of(of(among, "a#1") - 1, of(among, "b#1"), of(among, "c#1")))
                .containsExactlyInAnyOrder(11, 11, 10);
    }

    @Test
    void nothingMovesWhileTheSameAreThere() {
        assertThat(plan(as(among), THREE, false)).isEqualTo(among);
    }

    @Test
    void onlyWhatOneHadThatIsGoneMoves() {
        Map<Partition, String> after = plan(as(among), List.of("a#1", "b#1"), false);
        assertThat(moved(among, after)).isEqualTo(of(among, "c#1"));
        assertThat(Set.copyOf(after.values())).containsExactlyInAnyOrder("a#1", "b#1");
        assertThat(of(after, "b#1")).isEqualTo(16);
    }

    @Test
    void oneThatComesTakesFromTheOthersNoMoreThanItsShare() {
        Map<Partition, String> two = plan(atFirst(), List.of("a#1", "b#1"), false);
        Map<Partition, String> three = plan(as(two), THREE, false);
        assertThat(of(three, "c#1")).isEqualTo(10);
        assertThat(moved(two, three)).isEqualTo(10);
    }

    @Test
    void theOneThatLeadsHasAllWhileItsWorkNeedsThat() {
        assertThat(plan(as(among), THREE, true).values()).containsOnly("a#1");
    }

    @Test
    void whileNobodyIsReadyTheOneThatLeadsHasAll() {
        assertThat(plan(atFirst(), List.of(), false).values()).containsOnly("a#1");
    }
}
