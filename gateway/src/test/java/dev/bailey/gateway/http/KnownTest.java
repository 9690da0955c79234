package dev.bailey.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownTest {

    @Test
    void everyNameIsFoundInAnyCaseUnderItsOwnNumber() {
        Set<String> names = new HashSet<>();
        for (int id = 1; id <= Known.DATE; id++) {
            String name = Known.name(id);
            assertThat(names.add(name)).as(name).isTrue();
            assertThat(Known.of(name)).as(name).isEqualTo(id);
            assertThat(Known.of(name.toUpperCase(Locale.ROOT))).as(name).isEqualTo(id);
        }
        assertThat(Known.of("Content-Length")).isEqualTo(Known.CONTENT_LENGTH);
    }

    @Test
    void aNameThatDiffersInOneByteIsAnother() {
        Random random = new Random(42);
        for (int round = 0; round < 20_000; round++) {
            int id = 1 + random.nextInt(Known.DATE);
            char[] name = Known.name(id).toCharArray();
            int at = random.nextInt(name.length);
            char other = (char) random.nextInt(256);
            if (Character.toLowerCase(other) != name[at] || other > 0x7f) {
                name[at] = other;
                assertThat(Known.of(new String(name))).isNotEqualTo(id);
            }
        }
        assertThat(Known.of("")).isEqualTo(Known.OTHER);
        assertThat(Known.of("x")).isEqualTo(Known.OTHER);
    }
}
