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
                "orders, 1, 8208",
                "orders, 2, 4950",
                "orders, 42, 5903",
                "orders, ord-000001, 6626",
                "orders, 550e8400-e29b-41d4-a716-446655440000, 1690",
                "payments, 42, 673",
                "orders, acme, 6705",
                "orders, Müller, 4911",
                "orders, 注文, 2114",
                "orders, 🚚, 3230",
                "orders, a/b, 4411",
                "orders, \" \", 7361",
                "o, rders42, 7886",
                "café, Заказ-7, 5883",
                "orders, 0000000000000000000000000000000000000000000000000000000000000000, 5263"
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

    /** The published definition in plain arithmetic. */
    private static int byHand(String slice, String key) {
        BigInteger hash = absorbed(absorbed(slice), absorbed(key));
        hash = hash.xor(hash.shiftRight(33))
                .multiply(new BigInteger("18397679294719823053"))
                .mod(WORD);
        hash = hash.xor(hash.shiftRight(33))
                .multiply(new BigInteger("14181476777654086739"))
                .mod(WORD);
        hash = hash.xor(hash.shiftRight(33));
        return hash.multiply(BigInteger.valueOf(10_000)).shiftRight(64).intValueExact();
    }

    private static BigInteger absorbed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        BigInteger hash = BigInteger.ZERO;
        for (int from = 0; from < bytes.length; from += 8) {
            BigInteger word = BigInteger.ZERO;
            for (int i = Math.min(from + 8, bytes.length) - 1; i >= from; i--) {
                word = word.shiftLeft(8).add(BigInteger.valueOf(bytes[i] & 0xff));
            }
            hash = absorbed(hash, word);
        }
        return absorbed(hash, BigInteger.valueOf(bytes.length));
    }

    private static BigInteger absorbed(BigInteger hash, BigInteger word) {
        BigInteger product =
                hash.xor(word).multiply(new BigInteger("11400714819323198485")).mod(WORD);
        return product.xor(product.shiftRight(32));
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
