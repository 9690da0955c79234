package dev.bailey.benchmarks.fuzz;

import java.util.Random;
import java.util.stream.IntStream;

/** Where a connection's bytes are cut into the parts they arrive in. */
final class Cuts {

    private static final int EACH_BYTE = 400;
    private static final int MOST = 12;

    private Cuts() {}

    static int[] any(byte[] bytes, Random random) {
        if (bytes.length < 2) {
            return new int[0];
        }
        if (bytes.length <= EACH_BYTE && random.nextInt(6) == 0) {
            return IntStream.range(1, bytes.length).toArray();
        }
        return IntStream.range(0, 1 + random.nextInt(MOST))
                .map(part ->
                        random.nextBoolean() ? aroundALineEnd(bytes, random) : 1 + random.nextInt(bytes.length - 1))
                .distinct()
                .sorted()
                .toArray();
    }

    private static int aroundALineEnd(byte[] bytes, Random random) {
        int at = 1 + random.nextInt(bytes.length - 1);
        while (at < bytes.length - 1 && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return Math.max(1, Math.min(bytes.length - 1, at + random.nextInt(3) - 1));
    }
}
