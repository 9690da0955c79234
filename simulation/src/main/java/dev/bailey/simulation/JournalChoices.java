package dev.bailey.simulation;

import dev.bailey.journal.sqlite.UnsafeJournal.Sizes;
import java.util.SplittableRandom;

/**
 * What a seed draws for a journal that is alone with its disk. Every fault is left out of about half of the worlds.
 *
 * @param steps that the clients make together
 * @param bodyBytes of a write at most
 * @param mille how often what happens
 * @param kills from outside
 * @param fullTimes times at which no file may grow
 */
record JournalChoices(
        int clients, int steps, int bodyBytes, int yieldPercent, Sizes sizes, Mille mille, int kills, int fullTimes) {

    private static final int SMALL_BYTES = 500;
    private static final int LARGE_BYTES = 30_000;

    /**
     * In a thousand.
     *
     * @param dies of deeds of the disk
     * @param powerLost of deaths
     * @param closes of steps, by a client
     * @param compacts of steps
     * @param fences of steps: a transaction of SQLite
     */
    record Mille(
            int dies,
            int powerLost,
            int write,
            int shortWrite,
            int flush,
            int cut,
            int create,
            int remove,
            int commit,
            int closes,
            int compacts,
            int fences) {}

    static JournalChoices draw(SplittableRandom random) {
        boolean large = random.nextInt(8) == 0;
        int unit = large ? 16 * 1_024 : 1_024;
        int first = unit << 1 + random.nextInt(3);
        Sizes sizes = new Sizes(
                first,
                first << random.nextInt(3),
                unit << random.nextInt(2),
                3 + random.nextInt(random.nextBoolean() ? 8 : 60));
        return new JournalChoices(
                1 + random.nextInt(6),
                30 + random.nextInt(90),
                large ? LARGE_BYTES : SMALL_BYTES,
                sometimes(random, 20),
                sizes,
                new Mille(
                        sometimes(random, 25),
                        random.nextInt(1_001),
                        sometimes(random, 30),
                        sometimes(random, 200),
                        sometimes(random, 60),
                        sometimes(random, 300),
                        sometimes(random, 100),
                        sometimes(random, 200),
                        sometimes(random, 60),
                        sometimes(random, 30),
                        sometimes(random, 60),
                        sometimes(random, 80)),
                sometimes(random, 4),
                sometimes(random, 2));
    }

    private static int sometimes(SplittableRandom random, int most) {
        return random.nextBoolean() ? 0 : 1 + random.nextInt(most);
    }

    @Override
    public String toString() {
        return clients + " clients, " + steps + " steps, bodies to " + bodyBytes + " bytes, yields " + yieldPercent
                + "%, " + sizes + "; per " + mille + "; " + kills + " kills, full " + fullTimes + " times";
    }
}
