package dev.bailey.simulation;

/** {@code simulate [--seeds N] [--seed S] [--first S]}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        long first = 1;
        long seeds = 1_000;
        boolean one = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--seeds" -> seeds = Long.parseLong(arguments[++i]);
                case "--first" -> first = Long.parseLong(arguments[++i]);
                case "--seed" -> {
                    first = Long.parseLong(arguments[++i]);
                    seeds = 1;
                    one = true;
                }
                default -> throw new IllegalArgumentException(arguments[i]);
            }
        }
        long t = System.nanoTime();
        long hash = 0; long steps=0; int failed = 0; java.util.Map<String,Integer> kinds = new java.util.TreeMap<>();
        try (Worker worker = new Worker()) {
            for (long seed = first; seed < first + seeds; seed++) {
                Simulation.Result result = worker.run(seed);
                hash = hash * 31 + result.hash();
                steps += result.steps();
                if (one) {
                    result.trace().forEach(System.out::println);
                }
                if (result.violation().isPresent()) {
                    failed++;
                    if (kinds.merge(result.invariant(), 1, Integer::sum) <= 3)
                    System.out.println("seed " + seed + ": " + result.violation().get());
                }
            }
        }
        System.out.println(seeds + " seeds, " + failed + " failed, " + steps + " steps, hash " + Long.toHexString(hash) + ", " + (System.nanoTime() - t) / 1_000_000 + " ms " + kinds);
    }
}
