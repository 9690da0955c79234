package dev.bailey.datasync.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChunkSizeTest {

    private static final Duration AIM = Duration.ofMillis(500);

    private final ChunkSize size = new ChunkSize(1_000, 100, 4_000, AIM);

    private int after(long documents, Duration took) {
        size.took(documents, took.toNanos());
        return size.get();
    }

    @Test
    void followsTheTimeThatDocumentsTake() {
        assertThat(size.get()).isEqualTo(1_000);
        assertThat(after(1_000, AIM)).isEqualTo(1_000);
        assertThat(after(1_000, Duration.ofMillis(400))).isEqualTo(1_250);
        assertThat(after(1_250, Duration.ofSeconds(1))).isEqualTo(625);
    }

    @Test
    void atMostDoublesAndAtMostHalves() {
        assertThat(after(1_000, Duration.ofMillis(1))).isEqualTo(2_000);
        assertThat(after(2_000, Duration.ofMinutes(1))).isEqualTo(1_000);
    }

    @Test
    void staysWithinItsBounds() {
        for (int i = 0; i < 5; i++) {
            after(size.get(), Duration.ZERO);
        }
        assertThat(size.get()).isEqualTo(4_000);
        for (int i = 0; i < 8; i++) {
            after(size.get(), Duration.ofHours(1));
        }
        assertThat(size.get()).isEqualTo(100);
    }

    @Test
    void aChunkSmallerThanAskedForTellsOfItsDocumentsAlone() {
        assertThat(after(250, Duration.ofMillis(125))).isEqualTo(1_000);
        assertThat(after(0, Duration.ofMillis(10)))
                .as("an empty one tells little")
                .isEqualTo(500);
    }
}
