package dev.bailey.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ChangeOfLeadTest {

    private static final Duration LENGTH = Duration.ofSeconds(10);
    private static final Duration RENEWED_EVERY = LENGTH.dividedBy(4);
    private static final OptionalLong FIRST = OptionalLong.of(1);
    private static final OptionalLong SECOND = OptionalLong.of(2);

    private long now = Long.MAX_VALUE - LENGTH.toNanos(); // a clock of this kind may begin anywhere, and overflow
    private final ChangeOfLead change = new ChangeOfLead(LENGTH, FIRST, () -> now, this::pass);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void isAloneAtOnceWhenNobodyElseLeads() throws Exception {
        long before = now;
        change.await(List::of);
        assertThat(now).isEqualTo(before);
    }

    @Test
    void waitsForOneThatLedUntilItIsGone() throws Exception {
        long gone = now + LENGTH.multipliedBy(3).toNanos();
        change.await(() -> now - gone < 0 ? List.of("a#1") : List.of());
        assertThat(Duration.ofNanos(now - gone)).isBetween(Duration.ZERO, Duration.ofMillis(200));
    }

    @Test
    void waitsForOneThatDoesNotEndNoLongerThanAnybodyMayNeedAndSaysWhatToDo() {
        long before = now;
        assertThatThrownBy(() -> change.await(() -> List.of("a#1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[a#1] led before and does not end (expected within 40 s)")
                .hasMessageContaining("--remove");
        assertThat(Duration.ofNanos(now - before))
                .isBetween(LENGTH.multipliedBy(4), LENGTH.multipliedBy(4).plusMillis(400));
    }

    @Test
    void oneWhoseLeadIsNotRenewedWhileTheStoreAnswersIsGoneBeforeTheNextOneGivesUp() throws Exception {
        long taken = now; // the lead was over at this moment, and another took it
        change.mustEnd(true, true);
        do {
            pass(RENEWED_EVERY);
        } while (!change.mustEnd(true, false));
        Duration noticed = Duration.ofNanos(now - taken);
        assertThat(noticed).isBetween(LENGTH, LENGTH.plus(RENEWED_EVERY));
        // It renews its time no more; in the store that lasts a twentieth longer. The other may be in its grace then.
        Duration gone = noticed.plus(LENGTH).plus(LENGTH.dividedBy(20)).plus(LENGTH);
        assertThat(gone).isLessThan(LENGTH.multipliedBy(ChangeOfLead.LONGEST));
    }

    @Test
    void oneThatLeadsAndOneThatFollowsNeedNotEnd() {
        for (int i = 0; i < 20; i++) {
            pass(RENEWED_EVERY);
            assertThat(change.mustEnd(true, true)).isFalse();
        }
        for (int i = 0; i < 20; i++) {
            pass(RENEWED_EVERY);
            assertThat(change.mustEnd(false, false)).isFalse();
        }
    }

    @Test
    void aLeadThatNobodyCouldRenewIsExcusedAndGivenALengthAfterwards() {
        change.mustEnd(true, true);
        for (int i = 0; i < 20; i++) {
            pass(RENEWED_EVERY);
            change.excuse();
        }
        pass(LENGTH);
        assertThat(change.mustEnd(true, false)).isFalse();
        pass(Duration.ofNanos(1));
        assertThat(change.mustEnd(true, false)).isTrue();
    }

    @Test
    void nobodyIsExpelledForALengthAfterTimeHasLapsedAndWasRenewed() {
        assertThat(change.isGrace(FIRST)).as("it has only just joined").isFalse();
        assertThat(change.isGrace(OptionalLong.empty())).isTrue();
        pass(LENGTH.multipliedBy(5));
        assertThat(change.isGrace(OptionalLong.empty())).isTrue();
        assertThat(change.isGrace(SECOND)).isTrue();
        pass(LENGTH.minusNanos(1));
        assertThat(change.isGrace(SECOND)).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(change.isGrace(SECOND)).isFalse();
    }

    @Test
    void timeThatLapsedUnseenDuringARenewalIsGraceAllTheSame() {
        assertThat(change.isGrace(FIRST)).isFalse();
        assertThat(change.isGrace(SECOND)).as("another term").isTrue();
        pass(LENGTH);
        assertThat(change.isGrace(SECOND)).isFalse();
    }
}
