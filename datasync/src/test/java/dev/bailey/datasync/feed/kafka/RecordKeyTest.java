package dev.bailey.datasync.feed.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordKeyTest {

    @Test
    void aKeyThatIsNoTextTellsNoEntityInsteadOfAnother() {
        RecordKey own = new RecordKey(Optional.empty());
        assertThat(own.of("kö𝄞".getBytes(StandardCharsets.UTF_8), null)).contains("kö𝄞");
        assertThat(own.of(new byte[] {'k', (byte) 0xF6}, null)).isEmpty();
        assertThat(own.of(new byte[] {'k', (byte) 0xC3}, null)).isEmpty();
        assertThat(own.of(new byte[0], null)).isEmpty();
    }
}
