package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.testkit.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {

    private static long grpc(String value) {
        byte[] bytes = ("x" + value + "x").getBytes(StandardCharsets.ISO_8859_1);
        return Deadlines.grpc(bytes, 1, bytes.length - 1);
    }

    private static long millis(String value) {
        byte[] bytes = ("0" + value + "0").getBytes(StandardCharsets.ISO_8859_1);
        return Deadlines.millis(bytes, 1, bytes.length - 1);
    }

    private static String grpc(long nanos) {
        ByteWriter out = new ByteWriter(16);
        Deadlines.grpc(out, nanos);
        return new String(out.toArray(), StandardCharsets.US_ASCII);
    }

    private static String millis(long nanos) {
        ByteWriter out = new ByteWriter(16);
        Deadlines.millis(out, nanos);
        return new String(out.toArray(), StandardCharsets.US_ASCII);
    }

    @Test
    void aCallerShortensARequestsTimeAndNeverLengthensIt() {
        assertThat(Deadlines.budget(100, Deadlines.UNSAID)).isEqualTo(100);
        assertThat(Deadlines.budget(100, 30)).isEqualTo(30);
        assertThat(Deadlines.budget(100, 0)).isZero();
        assertThat(Deadlines.budget(100, 300)).isEqualTo(100);
    }

    @Test
    void whatIsLeftIsCountedFromTheStartAlsoWhereTheClockOverflows() {
        assertThat(Deadlines.left(1_000, 500, 1_100)).isEqualTo(400);
        assertThat(Deadlines.left(1_000, 500, 1_600)).isEqualTo(-100);
        assertThat(Deadlines.left(Long.MAX_VALUE - 10, 500, Long.MIN_VALUE + 89))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"1500, 1500", "0, 0", "999999999, 999999999", "007, 7"})
    void millisecondsAreRead(String text, long expected) {
        assertThat(millis(text)).isEqualTo(Duration.ofMillis(expected).toNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.5", " 1", "1 ", "1s", "1000000000", "0x10", "１"})
    void whatIsNoNumberOfMillisecondsSaysNothing(String text) {
        assertThat(millis(text)).isEqualTo(Deadlines.UNSAID);
    }

    @Test
    void millisecondsAreHandedOnRoundedDownAndNeverZero() {
        assertThat(millis(1_999_999L)).isEqualTo("1");
        assertThat(millis(Duration.ofSeconds(5).toNanos())).isEqualTo("5000");
        assertThat(millis(10L)).isEqualTo("1");
        assertThat(millis(-10L)).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({
        "1n, 1",
        "20u, 20000",
        "300m, 300000000",
        "4S, 4000000000",
        "1M, 60000000000",
        "1H, 3600000000000",
        "99999999S, 99999999000000000",
        "0S, 0"
    })
    void theUnitsOfGrpcAreRead(String text, long expected) {
        assertThat(grpc(text)).isEqualTo(expected);
    }

    @Test
    void moreHoursThanALongHoldsAreTheLongest() {
        assertThat(grpc("99999999H")).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "1", "123456789S", "1s", "1h", "-1S", "1 S", "1.5S", "1mS"})
    void whatIsNoTimeoutOfGrpcSaysNothing(String text) {
        assertThat(grpc(text)).isEqualTo(Deadlines.UNSAID);
    }

    @Test
    void whatIsWrittenForGrpcReadsAsNearlyTheSameAndNeverMore() {
        SeededRandom random = SeededRandom.orProperty(8);
        for (int i = 0; i < 100_000; i++) {
            long nanos = 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
            String text = grpc(nanos);
            assertThat(text).as("%d ns, %s", nanos, random).matches("[0-9]{1,8}[numSMH]");
            assertThat(grpc(text))
                    .as("%d ns as %s, %s", nanos, text, random)
                    .isLessThanOrEqualTo(nanos)
                    .isGreaterThan(nanos - nanos / 99_000 - 1);
        }
        assertThat(grpc(0L)).isEqualTo("1n");
        assertThat(grpc(99_999_999L)).isEqualTo("99999999n");
        assertThat(grpc(100_000_000L)).isEqualTo("100000u");
    }
}
