package dev.bailey.model.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.phase.Ramp;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketTest {

    private static final int KEYS = 20_000;
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "orders, 1, 5945",
                "orders, 2, 8234",
                "orders, 42, 8954",
                "orders, ord-000001, 8318",
                "orders, 550e8400-e29b-41d4-a716-446655440000, 3619",
                "payments, 42, 6540",
                "orders, acme, 2503",
                "orders, Müller, 4250",
                "orders, 注文, 75",
                "orders, 🚚, 7701",
                "orders, a/b, 7558",
                "orders, \" \", 2356",
                "o, rders42, 4229",
                "café, Заказ-7, 3540",
                "orders, 0000000000000000000000000000000000000000000000000000000000000000, 859"
            })
    void publishedVectorsHold(String slice, String key, int bucket) {
        assertThat(Bucket.of(new SliceName(slice), key)).isEqualTo(bucket);
        assertThat(byHand(slice, key)).isEqualTo(bucket);
    }

    @Test
    void theHashIsWhatTheGuideSays() {
        Random random = new Random(42);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder key = new StringBuilder();
            for (int i = random.nextInt(20) + 1; i > 0; i--) {
                int code = random.nextInt(0x11_0000);
                key.appendCodePoint(code >= 0xd800 && code < 0xe000 ? 'x' : code);
            }
            assertThat(Bucket.of(new SliceName("s" + round), key.toString()))
                    .isEqualTo(byHand("s" + round, key.toString()));
        }
    }

    /** The published definition in plain arithmetic: FNV-1a 64, MurmurHash3's finisher, high word times 10,000. */
    private static int byHand(String slice, String key) {
        byte[] bytes = (slice + "\0" + key).getBytes(StandardCharsets.UTF_8);
        BigInteger hash = new BigInteger("14695981039346656037");
        for (byte next : bytes) {
            hash = hash.xor(BigInteger.valueOf(next & 0xff))
                    .multiply(new BigInteger("1099511628211"))
                    .mod(WORD);
        }
        hash = hash.xor(hash.shiftRight(33))
                .multiply(new BigInteger("18397679294719823053"))
                .mod(WORD);
        hash = hash.xor(hash.shiftRight(33))
                .multiply(new BigInteger("14181476777654086739"))
                .mod(WORD);
        hash = hash.xor(hash.shiftRight(33));
        return hash.multiply(BigInteger.valueOf(10_000)).shiftRight(64).intValueExact();
    }

    @Test
    void raisingARampNeverMovesAnEntityBack() {
        for (int key = 0; key < KEYS; key++) {
            int bucket = Bucket.of(Fixture.ORDERS, "key-" + key);
            assertThat(bucket).isBetween(0, Ramp.BUCKETS - 1);
            boolean before = false;
            int across = 0;
            for (int hundredths = 0; hundredths <= Ramp.BUCKETS; hundredths++) {
                boolean now = hundredths > bucket;
                if (before && !now) {
                    throw new AssertionError("key-" + key + " moved back at " + hundredths);
                }
                before = now;
                across += now ? 1 : 0;
            }
            assertThat(across).isEqualTo(Ramp.BUCKETS - bucket);
        }
        for (int hundredths = 0; hundredths <= Ramp.BUCKETS; hundredths++) {
            Ramp ramp = new Ramp(hundredths);
            assertThat(ramp.covers(hundredths)).isFalse();
            assertThat(hundredths == 0 || ramp.covers(hundredths - 1)).isTrue();
        }
    }

    @Test
    void bucketsAreEvenForCountersUuidsAndCloseKeys() {
        Random random = new Random(7);
        assertEven("counter", i -> Integer.toString(i));
        assertEven("padded", i -> String.format("ord-%08d", i));
        assertEven("random", _ -> new java.util.UUID(random.nextLong(), random.nextLong()).toString());
        assertEven("tail", i -> "customer/42/" + (char) ('a' + i % 26) + i / 26);
    }

    /** Chi-square over 100 groups: 99 degrees of freedom, mean 99, 99.99 % of fair hashes are under 161. */
    private static void assertEven(String name, java.util.function.IntFunction<String> keys) {
        int[] counts = new int[100];
        for (int i = 0; i < KEYS; i++) {
            counts[Bucket.of(Fixture.ORDERS, keys.apply(i)) / 100]++;
        }
        double expected = KEYS / 100.0;
        double chi = 0;
        for (int count : counts) {
            chi += (count - expected) * (count - expected) / expected;
        }
        assertThat(chi).as(name).isBetween(45.0, 161.0);
    }

    @Test
    void slicesAreSpreadIndependently() {
        int both = 0;
        for (int i = 0; i < KEYS; i++) {
            boolean one = Bucket.of(new SliceName("orders"), "k" + i) < 1_000;
            boolean other = Bucket.of(new SliceName("payments"), "k" + i) < 1_000;
            both += one && other ? 1 : 0;
        }
        assertThat(both).as("1 % of 20,000 keys").isBetween(140, 260);
    }
}
