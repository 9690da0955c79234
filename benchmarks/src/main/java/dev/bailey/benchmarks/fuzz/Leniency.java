package dev.bailey.benchmarks.fuzz;

import java.util.Random;

/** In what a reader at the next hop is lenient, each a habit of some server. */
record Leniency(
        boolean bareLf,
        boolean bareCr,
        boolean underscores,
        boolean lastLength,
        boolean lengthWins,
        boolean looseCoding,
        boolean foldIsField,
        boolean nulEnds,
        boolean trims,
        boolean blankEnds) {

    static final Leniency STRICT = new Leniency(false, false, false, false, false, false, false, false, false, false);
    static final Leniency CGI = new Leniency(true, false, true, true, false, true, false, false, true, false);

    static Leniency any(Random random) {
        int bits = random.nextInt(1 << 10);
        return new Leniency(
                (bits & 1) != 0,
                (bits & 2) != 0,
                (bits & 4) != 0,
                (bits & 8) != 0,
                (bits & 16) != 0,
                (bits & 32) != 0,
                (bits & 64) != 0,
                (bits & 128) != 0,
                (bits & 256) != 0,
                (bits & 512) != 0);
    }
}
