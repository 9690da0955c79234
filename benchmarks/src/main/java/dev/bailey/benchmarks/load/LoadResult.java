package dev.bailey.benchmarks.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the generator saw. Latencies are in microseconds and, at a fixed rate, count from the moment a request was due.
 *
 * @param values by name, as the program prints them
 * @param seconds one entry for each whole second, when they were asked for
 */
public record LoadResult(Map<String, Double> values, List<Second> seconds) {

    /** One second of a run: answers with 200, their latencies in microseconds, failures, and all 503 with Retry-After so far. */
    public record Second(int number, double ok, double p50, double p99, double max, double errors, double shed) {}

    public LoadResult {
        values = Map.copyOf(values);
        seconds = List.copyOf(seconds);
    }

    static LoadResult parse(String output) {
        Map<String, Double> values = new HashMap<>();
        List<Second> seconds = new ArrayList<>();
        output.lines().forEach(line -> {
            String[] words = line.split(" ");
            if (words[0].equals("second")) {
                seconds.add(new Second(
                        Integer.parseInt(words[1]),
                        at(words, 3),
                        at(words, 5),
                        at(words, 7),
                        at(words, 9),
                        at(words, 11),
                        at(words, 13)));
            } else if (words.length == 2) {
                values.put(words[0], Double.parseDouble(words[1]));
            }
        });
        return new LoadResult(values, seconds);
    }

    private static double at(String[] words, int index) {
        return Double.parseDouble(words[index]);
    }

    public double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the load generator did not print '" + name + "', but " + values.keySet());
        }
        return value;
    }

    public long ok() {
        return (long) get("ok");
    }

    /** Of those, what was due after the lead. */
    public long counted() {
        return (long) get("counted");
    }

    /** Everything that was neither 200 nor a 503 that says when to come back; late requests are not failures. */
    public long failures() {
        return (long) (get("status4xx")
                + get("status5xx")
                + get("broken")
                + get("refused")
                + get("unanswered")
                + get("wrongLength"));
    }

    /** Requests that were due but could never be sent, as the connections were still waiting at the end. */
    public long late() {
        return (long) get("late");
    }
}
