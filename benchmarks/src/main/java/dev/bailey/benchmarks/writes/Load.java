package dev.bailey.benchmarks.writes;

import dev.bailey.benchmarks.load.LoadPlan;
import java.util.List;
import java.util.Locale;

/**
 * One kind of load.
 *
 * @param clients connections, each with one write under way at most
 * @param rate writes a second whatever the answers do; 0 lets each client write again as soon as it is answered
 */
record Load(int clients, int rate) {

    private static final int AT_RATE = 64;

    static List<Load> all(int rate) {
        return List.of(new Load(1, 0), new Load(16, 0), new Load(64, 0), new Load(256, 0), new Load(AT_RATE, rate));
    }

    String words() {
        return rate > 0 ? String.format(Locale.ROOT, "%,d/s", rate) : clients == 1 ? "1 client" : clients + " clients";
    }

    LoadPlan plan(double seconds) {
        return rate > 0 ? LoadPlan.atRate(rate, clients, seconds) : LoadPlan.saturating(clients, seconds);
    }
}
