package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.Today;
import java.util.Locale;

/**
 * A migration file with what a slice without state switches on: 50 slices of 20 routes, keys from the path, breaker, exposure
 * cap, bulkhead, a version whose use is counted, deadline and ramp. Even routes end in the entity, odd ones have it in the middle; the load generator asks for
 * all of them. The first slice takes uploads too.
 */
public final class MigrationText {

    static final int SLICES = 50;
    private static final int ROUTES = 20;

    private MigrationText() {}

    static String slice(int number) {
        return String.format(Locale.ROOT, "service-%02d", number);
    }

    /** The file's text; {@code shadow} is the share of mirrored entities, such as 5%. */
    public static String of(int listen, int admin, int legacy, int modern, String shadow) {
        StringBuilder text = new StringBuilder();
        text.append("bailey: 1\nmigration: benchmark\nowner: benchmarks\nfinishBy: ")
                .append(Today.date().plusYears(1))
                .append("\nlisten: 127.0.0.1:")
                .append(listen)
                .append("\nadmin: 127.0.0.1:")
                .append(admin)
                .append("\nlegacy: { url: http://127.0.0.1:")
                .append(legacy)
                .append(", health: /health }\nmodern: { url: http://127.0.0.1:")
                .append(modern)
                .append(", health: /health }\nslices:\n");
        for (int slice = 0; slice < SLICES; slice++) {
            appendSlice(text, slice, shadow);
        }
        return text.toString();
    }

    private static void appendSlice(StringBuilder text, int number, String shadow) {
        String name = slice(number);
        text.append("  ").append(name).append(":\n    state: none\n    entity: path:id\n    routes:\n");
        for (int route = 0; route < ROUTES; route++) {
            String path = route % 2 == 0 ? "/resource-%02d/{id}" : "/items/{id}/part-%02d";
            text.append("      - GET /api/")
                    .append(name)
                    .append(String.format(Locale.ROOT, path, route))
                    .append('\n');
        }
        if (number == 0) {
            text.append("      - PUT /api/").append(name).append("/resource-00/{id}\n");
        }
        text.append("    shadow: { sample: ").append(shadow).append(" }\n");
        text.append("    ramp: { steps: [50%, 100%], dwell: 0s }\n");
        text.append("    limits:\n      timeout: 5s\n      breaker: { failures: 50%, of: 100 }\n");
        text.append("      rate: { legacy: 500000/s, modern: 500000/s }\n");
        text.append("      concurrency: { legacy: 10000, modern: 10000 }\n");
        text.append("    versions: { v1: { path: /api } }\n");
        text.append("    gates: { onFail: hold, burnIn: 1h }\n");
    }
}
