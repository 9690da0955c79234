package dev.bailey.journal.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UndeliveredTest {

    private final Undelivered undelivered = new Undelivered();
    private final TreeMap<Long, Long> expected = new TreeMap<>();

    private void put(long sequence, long moment) {
        undelivered.put(sequence, moment);
        expected.put(sequence, moment);
    }

    private void remove(long sequence) {
        undelivered.remove(sequence);
        expected.remove(sequence);
    }

    private void mustAgree() {
        assertThat(undelivered.size()).isEqualTo(expected.size());
        Map.Entry<Long, Long> first = expected.firstEntry();
        assertThat(undelivered.firstMoment())
                .isEqualTo(first == null ? OptionalLong.empty() : OptionalLong.of(first.getValue()));
    }

    /** Appended in order and removed soon, with some that stay for long and some that come back, as a slice has them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void countsAndKnowsTheFirstLikeASortedMap(long seed) {
        Random random = new Random(seed);
        long last = 0;
        for (int i = 0; i < 40_000; i++) {
            int choice = random.nextInt(10);
            if (choice < 5) {
                last += 1 + random.nextInt(3);
                put(last, random.nextLong());
            } else if (choice < 6) {
                put(1 + random.nextLong(last + 1), random.nextLong());
            } else if (choice < 9 && !expected.isEmpty()) {
                Long from = expected.ceilingKey(
                        random.nextBoolean() ? 0 : random.nextLong(Math.max(1, expected.lastKey())));
                remove(from == null ? 0 : from);
            } else {
                remove(random.nextLong(last + 2));
            }
            mustAgree();
        }
        while (!expected.isEmpty()) {
            remove(expected.firstKey());
            mustAgree();
        }
    }
}
