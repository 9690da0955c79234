package dev.bailey.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.app.demo.FaultPlan.Planned;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final Duration LENGTH = Duration.ofMinutes(10);

    @Test
    void oneSeedPlansTheSameFaultsAndAnotherOthers() {
        assertThat(FaultPlan.draw(7, LENGTH)).isEqualTo(FaultPlan.draw(7, LENGTH));
        assertThat(FaultPlan.draw(8, LENGTH).faults())
                .isNotEqualTo(FaultPlan.draw(7, LENGTH).faults());
    }

    @Test
    void everySubjectMeetsEachOfItsKindsOneAfterAnotherAndAllAreOverInTime() {
        FaultPlan plan = FaultPlan.draw(1, LENGTH);
        for (FaultSubject subject : FaultSubject.values()) {
            List<Planned> faults = plan.faults().getOrDefault(subject, List.of());
            Set<FaultKind> seen = new HashSet<>();
            Duration free = Duration.ZERO;
            for (Planned fault : faults) {
                assertThat(fault.calm().toMillis())
                        .isBetween((long) subject.calmAtLeastMs(), (long) subject.calmAtMostMs());
                assertThat(fault.lasts().toMillis()).isLessThanOrEqualTo(subject.longestMs());
                free = free.plus(fault.calm()).plus(fault.lasts());
                seen.add(fault.kind());
            }
            assertThat(free).isLessThanOrEqualTo(LENGTH);
            assertThat(seen).containsExactlyInAnyOrderElementsOf(new HashSet<>(subject.kinds()));
        }
    }
}
