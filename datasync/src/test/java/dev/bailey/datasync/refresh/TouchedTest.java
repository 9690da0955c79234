package dev.bailey.datasync.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TouchedTest {

    private static final SliceName ORDERS = new SliceName("orders");

    private final AtomicLong nano = new AtomicLong(-5);
    private final Touched touched = new Touched(nano::get);
    private final Pending pending = touched.and(Pending.NONE);

    private static EntityKey key(int number) {
        return new EntityKey(Integer.toString(number));
    }

    private boolean since(int number, long moment) {
        return pending.writtenSince(ORDERS, key(number), moment);
    }

    @Test
    void whatWasTouchedCountsAsWrittenSinceThen() {
        touched.now(List.of(key(1)));
        assertThat(since(1, -6)).isTrue();
        assertThat(since(1, -5)).isTrue();
        assertThat(since(1, -4)).isFalse();
        assertThat(since(2, -6)).isFalse();
        assertThat(pending.pending(ORDERS, key(1))).isFalse();
    }

    @Test
    void whatIsForgottenCountsAsTouched() {
        touched.now(List.of(key(1)));
        nano.set(3);
        touched.now(IntStream.range(10, 100_010).mapToObj(TouchedTest::key).toList());
        assertThat(since(1, -5)).isTrue();
        assertThat(since(2, 3)).isTrue();
        assertThat(since(2, 4)).isFalse();
    }
}
