package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.phase.Side;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingSumTest {

    private static final int SECONDS_KEPT = 300;

    private final ArrayDeque<Slot> minutes = new ArrayDeque<>();
    private final ArrayDeque<Slot> seconds = new ArrayDeque<>();

    private static Slot slot(long second, int length, SplittableRandom random) {
        Window slot = new Window(second, length);
        slot.add(Slot.Count.SERVED, Side.MODERN, random.nextInt(50));
        slot.compared("difference", random.nextInt(3));
        Histogram times = new Histogram(3);
        for (int i = random.nextInt(8); i > 0; i--) {
            times.recordValue(random.nextLong(1, 2_000_000));
        }
        slot.latency(Side.MODERN).add(Latencies.of(times));
        return slot.sealed();
    }

    /** What is counted by the rule as it reads: all seconds kept, and of the minutes those that ended before the first of them. */
    private Window anew(long begin, long end) {
        Window sum = new Window(begin, 1);
        long fineFrom = seconds.isEmpty() ? Long.MAX_VALUE : seconds.getFirst().second();
        seconds.stream()
                .filter(slot -> slot.second() >= begin && slot.second() <= end)
                .forEach(sum::add);
        minutes.stream()
                .filter(slot -> slot.second() >= begin && slot.second() <= Math.min(end, fineFrom - 60))
                .forEach(sum::add);
        return sum;
    }

    private static String text(Window window) {
        return window.sealed().text() + " " + window.measured();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isWhatAddingUpAnewGives(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long span = List.of(20L, 90L, 299L, 301L, 1_000L, 100_000L).get(random.nextInt(6));
        for (long minute = 0; minute < random.nextInt(40); minute++) {
            minutes.add(slot(minute * 60, 60, random));
        }
        long now = 60L * minutes.size() + random.nextInt(60);
        minutes.add(slot(
                now / 60 * 60, 60, random)); // as after a restart: the minute under way is there before its seconds
        int quiet = random.nextInt(5);
        SlidingSum sum = new SlidingSum();
        long begin = Math.max(0, now - span);
        for (int look = 0; look < 1_500; look++) {
            now += random.nextInt(10) == 0 ? random.nextInt(1, 30) : 1;
            if (look >= quiet && random.nextInt(20) > 0) {
                seconds.add(slot(now, 1, random));
            }
            if (seconds.size() > SECONDS_KEPT) {
                seconds.pollFirst();
            }
            if (random.nextInt(50) == 0) {
                minutes.add(slot(now / 60 * 60, 60, random));
            }
            begin = Math.max(begin, now - span);
            long end = now - random.nextInt(2);
            Window slid = sum.slide(begin, end, minutes, seconds);
            if (random.nextInt(5) == 0) {
                assertThat(text(slid).equals(text(anew(begin, end))))
                        .as("look %d: %d to %d", look, begin, end)
                        .isTrue();
            }
        }
    }

    @Test
    void anotherSpanIsNotReached() {
        SlidingSum sum = new SlidingSum();
        sum.slide(1_000, 1_300, minutes, seconds);

        assertThat(sum.reaches(1_001, 1_301)).isTrue();
        assertThat(sum.reaches(999, 1_301)).isFalse();
        assertThat(sum.reaches(1_296, 1_301)).isFalse();
        assertThat(sum.reaches(1_001, 1_299)).isFalse();
    }
}
