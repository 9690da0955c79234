package dev.bailey.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.testkit.HistoryChecker.Report;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {

    private final HistoryChecker checker = new HistoryChecker();

    private Report check(Map<String, String> both) {
        return checker.check(both, both);
    }

    @Test
    void acceptsAnHonestHistory() {
        checker.initial("1", "v0");
        checker.put("a", "1", "v1").acknowledged();
        checker.put("b", "1", "v2").rejected();
        checker.create("c", "v3").acknowledged("2");
        checker.put("d", "3", "v4").acknowledged();
        checker.delete("e", "3").acknowledged();

        Report report = check(Map.of("1", "v1", "2", "v3"));

        assertThat(report).isEqualTo(new Report(5, 0, 0, 0, 0, 0, 0, java.util.List.of()));
        assertThat(report.isClean()).isTrue();
    }

    @Test
    void detectsALostWrite() {
        checker.put("a", "1", "v1").acknowledged();
        checker.put("b", "1", "v2").acknowledged();

        assertThat(check(Map.of("1", "v1")).lost()).isEqualTo(1);
        assertThat(check(Map.of()).lost()).isEqualTo(2);
        assertThat(check(Map.of("1", "v2")).isClean()).isTrue();
    }

    @Test
    void detectsALostDeletionAndAWriteLostAfterADeletion() {
        checker.put("a", "1", "v1").acknowledged();
        checker.delete("b", "1").acknowledged();
        assertThat(check(Map.of("1", "v1")).lost()).isEqualTo(1);

        checker.put("c", "1", "v2").acknowledged();
        assertThat(check(Map.of()).lost()).isEqualTo(1);
    }

    @Test
    void concurrentWritesMayLandInEitherOrder() {
        HistoryChecker.Write first = checker.put("a", "1", "v1");
        HistoryChecker.Write second = checker.put("b", "1", "v2");
        second.acknowledged();
        first.acknowledged();

        assertThat(check(Map.of("1", "v1")).isClean()).isTrue();
        assertThat(check(Map.of("1", "v2")).isClean()).isTrue();
    }

    @Test
    void anUnknownWriteMayLandLateOrNever() {
        checker.put("a", "1", "v1").unknown();
        checker.put("b", "1", "v2").acknowledged();

        assertThat(check(Map.of("1", "v2")).unknownLanded()).isZero();
        Report late = check(Map.of("1", "v1"));
        assertThat(late.unknownLanded()).isEqualTo(1);
        assertThat(late.isClean()).isTrue();
    }

    @Test
    void detectsADoubledCreation() {
        checker.create("a", "v1").acknowledged("1");

        Report report = check(Map.of("1", "v1", "2", "v1"));

        assertThat(report.doubled()).isEqualTo(1);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void detectsAnUnknownCreationThatLandedTwice() {
        checker.create("a", "v1").unknown();

        assertThat(check(Map.of("1", "v1", "2", "v1")).doubled()).isEqualTo(1);
        assertThat(check(Map.of("1", "v1")).isClean()).isTrue();
    }

    @Test
    void detectsADoubledApplicationThatTheStoreCounted() {
        checker.put("a", "1", "v1").acknowledged();
        checker.applied(Map.of("a", 1));
        checker.applied(Map.of("a", 2));

        assertThat(check(Map.of("1", "v1")).doubled()).isEqualTo(1);
    }

    @Test
    void detectsDivergence() {
        checker.put("a", "1", "v1").acknowledged();
        checker.put("b", "2", "v2").acknowledged();

        Report report = checker.check(Map.of("1", "v1", "2", "v2"), Map.of("1", "v1", "3", "v3"));

        assertThat(report.diverged()).isEqualTo(2);
        assertThat(report.lost()).isZero();
        assertThat(report.findings()).anyMatch(finding -> finding.startsWith("diverged: entity 2"));
    }

    @Test
    void detectsARefusedWriteThatLandedAndAValueFromNowhere() {
        checker.put("a", "1", "v1").rejected();

        Report report = check(Map.of("1", "v1", "2", "ghost"));

        assertThat(report.rejectedLanded()).isEqualTo(1);
        assertThat(report.foreign()).isEqualTo(1);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void insistsOnUnlikeValues() {
        checker.put("a", "1", "v1");

        assertThatThrownBy(() -> checker.put("b", "2", "v1")).hasMessageContaining("expected unlike values");
    }
}
