package dev.bailey.model.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private static final SliceName ORDERS = new SliceName("orders");

    /** All nodes must agree, now and later. */
    @Test
    void anEntityHasTheSamePartitionForEver() {
        assertThat(Partition.of(ORDERS, new EntityKey("42")).number()).isEqualTo(13);
        assertThat(Partition.of(ORDERS, new EntityKey("43")).number()).isEqualTo(32);
        assertThat(Partition.of(new SliceName("customers"), new EntityKey("42")).number())
                .isEqualTo(22);
        assertThat(Partition.of(ORDERS, null)).isEqualTo(Partition.KEYLESS);
    }

    @Test
    void keysInARowAreSpreadOverAllButTheOneWithoutKeys() {
        Map<Partition, Integer> counts = new HashMap<>();
        for (int key = 0; key < 32_000; key++) {
            counts.merge(Partition.of(ORDERS, new EntityKey(Integer.toString(key))), 1, Integer::sum);
        }
        assertThat(counts).hasSize(Partition.ALL.size() - 1).doesNotContainKey(Partition.KEYLESS);
        assertThat(counts.values()).allMatch(count -> count > 700 && count < 1_300);
    }

    @Test
    void aNumberBeyondTheLastIsRefused() {
        assertThatThrownBy(() -> new Partition(33)).hasMessageContaining("partition 33 (expected 0 to 32)");
    }
}
