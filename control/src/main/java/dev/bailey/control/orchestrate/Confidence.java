package dev.bailey.control.orchestrate;

/**
 * Intervals that hold the true value with a given confidence.
 *
 * <p>Sources: order statistics of a quantile, W. J. Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2;
 * score interval of a share, E. B. Wilson, JASA 22 (1927); difference of two shares, R. G. Newcombe, Statistics in Medicine
 * 17 (1998), method 10; normal quantile, Abramowitz and Stegun, 26.2.23 (error below 4.5e-4).
 */
final class Confidence {

    private Confidence() {}

    /** An interval; {@code high} is infinite where the samples do not bound it. */
    record Between(double low, double high) {}

    /** How far a normal variable strays, to both sides, with probability {@code alpha}. */
    static double z(double alpha) {
        double tail = alpha / 2;
        double t = Math.sqrt(-2 * Math.log(tail));
        return t
                - (2.515517 + 0.802853 * t + 0.010328 * t * t)
                        / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
    }

    /** Where the quantile {@code q} of the latencies lies. */
    static Between quantile(Latencies.Total latencies, double q, double alpha) {
        long n = latencies.count();
        if (n == 0) {
            return new Between(0, Double.POSITIVE_INFINITY);
        }
        double spread = z(alpha) * Math.sqrt(n * q * (1 - q));
        long low = (long) Math.floor(n * q - spread);
        long high = (long) Math.ceil(n * q + spread) + 1;
        double least = low < 1 ? 0 : latencies.atRank(low);
        if (high <= n) {
            return new Between(least, latencies.atRank(high));
        }
        // The greatest of n samples is above the quantile unless all of them fell below it: probability q^n.
        boolean greatestBounds = n * Math.log(q) <= Math.log(alpha / 2);
        return new Between(least, greatestBounds ? latencies.atRank(n) : Double.POSITIVE_INFINITY);
    }

    /** Where the true share lies when {@code hits} of {@code n} were hit. */
    static Between share(long hits, long n, double alpha) {
        if (n == 0) {
            return new Between(0, 1);
        }
        double z2 = z(alpha) * z(alpha);
        double p = (double) hits / n;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Math.sqrt(z2 * (p * (1 - p) / n + z2 / (4.0 * n * n))) / (1 + z2 / n);
        return new Between(Math.max(0, centre - half), Math.min(1, centre + half));
    }

    /** Where the first share minus the second lies. */
    static Between difference(long hits1, long n1, long hits2, long n2, double alpha) {
        double p1 = n1 == 0 ? 0 : (double) hits1 / n1;
        double p2 = n2 == 0 ? 0 : (double) hits2 / n2;
        Between first = share(hits1, n1, alpha);
        Between second = share(hits2, n2, alpha);
        double d = p1 - p2;
        return new Between(
                d - Math.hypot(p1 - first.low(), second.high() - p2),
                d + Math.hypot(first.high() - p1, p2 - second.low()));
    }
}
