package dev.bailey.model.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextTest {

    private final Text text = new Text();

    @Test
    void aStringBecomesItsUtf8Bytes() {
        Random random = new Random(3);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder string = new StringBuilder();
            for (int i = random.nextInt(90); i > 0; i--) {
                int code = random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000);
                string.appendCodePoint(code >= 0xd800 && code < 0xe000 ? 'x' : code);
            }
            text.set(string.toString());
            assertThat(shown()).isEqualTo(string.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(text.toString()).isEqualTo(string.toString());
            assertThat(text.isAscii()).isEqualTo(string.chars().allMatch(c -> c < 0x80));
        }
    }

    @Test
    void halfASurrogatePairKeepsItsBucket() {
        text.set("a\ud83d");

        assertThat(text.toString()).isEqualTo("a\ud83d");
        assertThat(Bucket.of(Bucket.seed(Fixture.ORDERS), text.hash())).isEqualTo(Bucket.of(Fixture.ORDERS, "a\ud83d"));
    }

    @Test
    void aWindowShowsAPartOfSomebodysBytes() {
        byte[] bytes = "GET /orders".getBytes(StandardCharsets.US_ASCII);
        text.set("before");
        text.set(bytes, 4, 11);

        assertThat(text.toString()).isEqualTo("/orders");
        assertThat(text.length()).isEqualTo(7);
        assertThat(text.shows("/orders".getBytes(StandardCharsets.US_ASCII))).isTrue();
        assertThat(text.shows("/order".getBytes(StandardCharsets.US_ASCII))).isFalse();
        assertThatThrownBy(() -> text.set(bytes, 4, 12)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private byte[] shown() {
        return Arrays.copyOfRange(text.array(), text.from(), text.to());
    }
}
