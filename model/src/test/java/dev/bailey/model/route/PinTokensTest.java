package dev.bailey.model.route;

import static dev.bailey.model.route.Fixture.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.phase.Side;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PinTokensTest {

    private static final Instant UNTIL = Instant.ofEpochSecond(1_800_000_000L);
    private static final Instant BEFORE = UNTIL.minusSeconds(1);
    private static final Pin PIN = new Pin(Side.MODERN, new Epoch(7), UNTIL);

    private final PinTokens tokens = new PinTokens(key(0));

    private static byte[] key(int first) {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (first + i);
        }
        return key;
    }

    private static @Nullable Pin read(PinTokens by, SliceName slice, String token, Instant now) {
        Text text = new Text();
        text.set(token);
        return by.pin(slice, text, now);
    }

    /** The expected signature was made with another implementation of HMAC. */
    @Test
    void aTokenIsSignedAsPublished() {
        assertThat(tokens.token(ORDERS, PIN)).isEqualTo("m.7.1800000000.KOyQccGeqfWPxZ_rWXcNZw");
    }

    @Test
    void aTokenComesBackAsItsPin() {
        Pin legacy = new Pin(Side.LEGACY, new Epoch(999_999_999_999L), Instant.ofEpochSecond(4_000_000_000L));

        assertThat(read(tokens, ORDERS, tokens.token(ORDERS, PIN), BEFORE)).isEqualTo(PIN);
        assertThat(read(tokens, ORDERS, tokens.token(ORDERS, legacy), BEFORE)).isEqualTo(legacy);
        assertThat(read(new PinTokens(key(0)), ORDERS, tokens.token(ORDERS, PIN), BEFORE))
                .as("on another node")
                .isEqualTo(PIN);
    }

    @Test
    void aPinEnds() {
        String token = tokens.token(ORDERS, PIN);

        assertThat(read(tokens, ORDERS, token, UNTIL.minusNanos(1))).isEqualTo(PIN);
        assertThat(read(tokens, ORDERS, token, UNTIL)).isNull();
    }

    @Test
    void aTokenHoldsForItsSliceAndKeyOnly() {
        String token = tokens.token(ORDERS, PIN);

        assertThat(read(tokens, new SliceName("payments"), token, BEFORE)).isNull();
        assertThat(read(new PinTokens(key(1)), ORDERS, token, BEFORE)).isNull();
    }

    @Test
    void noOtherSpellingIsAToken() {
        String token = tokens.token(ORDERS, PIN);
        for (int i = 0; i < token.length(); i++) {
            for (char other : "lm.07AZaz-_=%".toCharArray()) {
                String forged = token.substring(0, i) + other + token.substring(i + 1);
                if (!forged.equals(token)) {
                    assertThat(read(tokens, ORDERS, forged, BEFORE)).as(forged).isNull();
                }
            }
            assertThat(read(tokens, ORDERS, token.substring(0, i), BEFORE)).isNull();
            assertThat(read(tokens, ORDERS, token.substring(i) + token.substring(0, i), BEFORE))
                    .isEqualTo(i == 0 ? PIN : null);
        }
        assertThat(read(tokens, ORDERS, token + "A", BEFORE)).isNull();
        assertThat(read(tokens, ORDERS, token + "=", BEFORE)).isNull();
    }

    @Test
    void noInputEverThrows() {
        Random random = new Random(91);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(100)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte)
                        (random.nextInt(3) == 0 ? random.nextInt(256) : "lm.0123456789".charAt(random.nextInt(13)));
            }
            Text text = new Text();
            text.set(bytes, 0, bytes.length);
            assertThatCode(() -> assertThat(tokens.pin(ORDERS, text, BEFORE)).isNull())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> new PinTokens(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15")
                .hasMessageContaining("16");
    }
}
