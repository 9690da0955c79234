package dev.bailey.app.demo;

/**
 * The end of the demonstration, as {@code --output json} prints it.
 *
 * @param clientErrors operations that ended in an error which no planted defect of a service explains
 * @param handoverStallMs the longest time a handover held writes
 * @param phase where the slice ended
 */
record DemoReport(
        long acknowledged,
        long lost,
        long doubled,
        long diverged,
        long clientErrors,
        long handoverStallMs,
        String phase,
        double seconds) {

    boolean isGood() {
        return lost == 0 && doubled == 0 && diverged == 0 && phase.equals("RETIRED");
    }
}
