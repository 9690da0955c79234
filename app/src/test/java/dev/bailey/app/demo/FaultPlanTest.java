package dev.bailey.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.demo.FaultPlan.Planned;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {

    private static final Duration LENGTH = Duration.ofMinutes(60);

    @Test
    void oneSeedPlansTheSameFaultsAndAnotherOthers() {
        assertThat(FaultPlan.draw(7, LENGTH, 3)).isEqualTo(FaultPlan.draw(7, LENGTH, 3));
        assertThat(FaultPlan.draw(8, LENGTH, 3).faults())
                .isNotEqualTo(FaultPlan.draw(7, LENGTH, 3).faults());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void everySubjectMeetsEachOfItsKindsOneAfterAnotherAndAllAreOverInTime(int nodes) {
        FaultPlan plan = FaultPlan.draw(1, LENGTH, nodes);
        assertThat(plan.faults().keySet()).containsExactlyInAnyOrderElementsOf(FaultPlace.all(nodes));
        plan.faults().forEach((place, faults) -> {
            FaultSubject subject = place.subject();
            Set<FaultKind> seen = new HashSet<>();
            Duration free = Duration.ZERO;
            for (Planned fault : faults) {
                assertThat(fault.place()).isEqualTo(place);
                assertThat(fault.calm().toMillis())
                        .isBetween((long) subject.calmAtLeastMs(), (long) subject.calmAtMostMs());
                assertThat(fault.lasts().toMillis()).isLessThanOrEqualTo(subject.longestMs());
                free = free.plus(fault.calm()).plus(fault.lasts());
                seen.add(fault.kind());
            }
            assertThat(free).isLessThanOrEqualTo(LENGTH);
            assertThat(seen).containsExactlyInAnyOrderElementsOf(new HashSet<>(subject.kinds()));
        });
    }

    @Test
    void severalNodesHaveTheirOwnFaultsAndThoseOfTheStoreTheyShare() {
        assertThat(FaultPlace.all(1))
                .extracting(FaultPlace::words)
                .contains("gateway", "clients → gateway")
                .noneMatch(words -> words.contains("store"));
        assertThat(FaultPlace.all(2))
                .extracting(FaultPlace::words)
                .contains("node 1", "node 2", "clients → node 2", "node 2 → store", "all nodes → store", "store")
                .doesNotContain("gateway", "node 3");
    }
}
