package dev.bailey.datasync.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryTest {

    @Test
    void whoIsToldOfFailuresIsToldOfTheirEnd() throws Exception {
        List<String> told = new ArrayList<>();
        int[] tries = {0};
        Retry retry = new Retry(_ -> {}, told::add, () -> told.add("over"));
        assertThat(retry.of(() -> 1)).isEqualTo(1);
        assertThat(told).isEmpty();
        int answer = retry.of(() -> {
            if (tries[0]++ < 2) {
                throw new StoreException("away");
            }
            return 2;
        });
        assertThat(answer).isEqualTo(2);
        assertThat(told).containsExactly("trying again: away", "trying again: away", "over");
    }
}
