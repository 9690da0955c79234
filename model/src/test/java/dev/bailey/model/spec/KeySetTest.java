package dev.bailey.model.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeySetTest {

    @Test
    void findsByBytesExactlyWhatItContains() {
        Random random = new Random(11);
        for (int size : new int[] {0, 1, 2, 3, 50, 1_000}) {
            Set<String> texts = new HashSet<>();
            while (texts.size() < size) {
                texts.add(any(random, size));
            }
            KeySet keys = KeySet.copyOf(texts);
            assertThat(keys).isEqualTo(texts).allMatch(text -> has(keys, text));
            for (int round = 0; round < 3_000; round++) {
                String text = any(random, size);
                assertThat(has(keys, text)).as("%s", text).isEqualTo(texts.contains(text));
                assertThat(keys.contains(text)).isEqualTo(texts.contains(text));
            }
        }
    }

    /** Texts of all lengths that are often alike up to one byte. */
    private static String any(Random random, int size) {
        String text = "customer-0000-\u00fc-".repeat(6).substring(0, random.nextInt(90));
        return random.nextInt(3) == 0 ? text : text + random.nextInt(2 * size + 1);
    }

    private static boolean has(KeySet keys, String text) {
        byte[] bytes = ("x" + text + "yyyyyyyyy").getBytes(StandardCharsets.UTF_8);
        boolean amidst = keys.contains(bytes, 1, bytes.length - 9);
        byte[] alone = text.getBytes(StandardCharsets.UTF_8);
        assertThat(keys.contains(alone, 0, alone.length)).isEqualTo(amidst);
        return amidst;
    }

    @Test
    void anEmptyTextIsATextToo() {
        KeySet keys = KeySet.copyOf(Set.of("", "\0"));

        assertThat(has(keys, "")).isTrue();
        assertThat(has(keys, "\0")).isTrue();
        assertThat(has(keys, "\0\0")).isFalse();
        assertThat(has(KeySet.copyOf(Set.of("a")), "")).isFalse();
    }

    @Test
    void aKeySetIsNotCopied() {
        KeySet keys = KeySet.copyOf(Set.of("a"));

        assertThat(KeySet.copyOf(keys)).isSameAs(keys);
    }
}
