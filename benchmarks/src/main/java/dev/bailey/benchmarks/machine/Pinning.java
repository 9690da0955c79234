package dev.bailey.benchmarks.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * How processes are placed: on a core, and with the priority of {@code BAILEY_BENCH_NICE} (a nice value; below 0 needs root) on
 * machines that are busy with something else.
 */
public final class Pinning {

    private static final String NICE = System.getenv().getOrDefault("BAILEY_BENCH_NICE", "");

    /** A session of its own, as Linux weighs sessions against each other before it looks at nice values inside one. */
    private static final String AHEAD =
            "nice=$1; shift; echo \"$nice\" 2>/dev/null >/proc/self/autogroup; exec nice -n \"$nice\" \"$@\"";

    private Pinning() {}

    /** Places this process, with the threads it will start. */
    public static void self(String core) {
        long pid = ProcessHandle.current().pid();
        Command.output(List.of("taskset", "-a", "-c", "-p", core, Long.toString(pid)));
    }

    public static List<String> to(String core, List<String> command) {
        List<String> placed = new ArrayList<>();
        if (!NICE.isBlank()) {
            placed.addAll(List.of("setsid", "sh", "-c", AHEAD, "ahead", NICE));
        }
        placed.addAll(List.of("taskset", "-c", core));
        placed.addAll(command);
        return placed;
    }
}
